import { leaderOf } from '../control/index.js';
import type { TuiOptions } from './tui-options.js';

const writeEveryMs = 200;
/** Writes that wait for their reply: while time stands still, there are no more. */
const waitingMax = 5;
const key = 'trickle';

/** Writes to the leader, steadily, to show whether the cluster serves. */
export class BackgroundWriter {
  readonly #cluster: Pick<TuiOptions, 'source' | 'sendCommand'>;
  readonly #onWritten: (outcome: 'acknowledged' | 'failed') => void;
  #timer: NodeJS.Timeout | null = null;
  #waiting = 0;
  #count = 0;

  constructor(
    cluster: Pick<TuiOptions, 'source' | 'sendCommand'>,
    onWritten: (outcome: 'acknowledged' | 'failed') => void,
  ) {
    this.#cluster = cluster;
    this.#onWritten = onWritten;
  }

  /** Writes, or stops. */
  setRunning(isOn: boolean): void {
    if (isOn) {
      this.#timer ??= setInterval(() => void this.#write(), writeEveryMs).unref();
    } else if (this.#timer) {
      clearInterval(this.#timer);
      this.#timer = null;
    }
  }

  async #write(): Promise<void> {
    if (this.#waiting === waitingMax) return;
    this.#waiting += 1;
    const isAcknowledged = await this.#tryWrite();
    this.#waiting -= 1;
    if (this.#timer) this.#onWritten(isAcknowledged ? 'acknowledged' : 'failed');
  }

  async #tryWrite(): Promise<boolean> {
    const leader = leaderOf(this.#cluster.source.view());
    if (!leader) return false;
    this.#count += 1;
    try {
      const { isFailure } = await this.#cluster.sendCommand(leader.id, [
        'SET',
        key,
        String(this.#count),
      ]);
      return !isFailure;
    } catch {
      return false;
    }
  }
}
