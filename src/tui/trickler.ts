import { leaderOf } from '../control/index.js';
import type { TuiOptions } from './tui-options.js';

const writeEveryMs = 200;
/** Writes that wait for their reply: while time stands still, there are no more. */
const waitingMax = 5;
const key = 'trickle';

/** Writes to the leader, steadily, to show whether the cluster serves. */
export class Trickler {
  readonly #cluster: Pick<TuiOptions, 'source' | 'client'>;
  readonly #tell: (outcome: 'acknowledged' | 'failed') => void;
  #timer: NodeJS.Timeout | null = null;
  #waiting = 0;
  #count = 0;

  constructor(
    cluster: Pick<TuiOptions, 'source' | 'client'>,
    tell: (outcome: 'acknowledged' | 'failed') => void,
  ) {
    this.#cluster = cluster;
    this.#tell = tell;
  }

  /** Writes, or stops. */
  follow(isOn: boolean): void {
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
    const isServed = await this.#isServed();
    this.#waiting -= 1;
    if (this.#timer) this.#tell(isServed ? 'acknowledged' : 'failed');
  }

  async #isServed(): Promise<boolean> {
    const leader = leaderOf(this.#cluster.source.view());
    if (!leader) return false;
    this.#count += 1;
    try {
      const { isFailure } = await this.#cluster.client(leader.id, [
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
