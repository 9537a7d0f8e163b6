/** Writes to the leader five times a second, to show whether the cluster serves clients. */

import { leaderOf } from '../control/index.js';
import type { TuiOptions } from './tui-options.js';

const writeEveryMs = 200;
/** The maximum number of unanswered writes. It is reached while time is stopped. */
const waitingMax = 5;
const key = 'trickle';

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

  /** Starts or stops the writes. Has no effect when they are already in that state. */
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
