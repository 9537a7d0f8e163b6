import { percentile } from '../../base/index.js';

/** Synced writes that the figure speaks of. */
const writesMax = 128;

/** How long a node's latest writes took until they were synced, in real milliseconds. */
export class SyncTimes {
  readonly #latest: number[] = [];
  #next = 0;

  add(ms: number): void {
    this.#latest[this.#next] = ms;
    this.#next = (this.#next + 1) % writesMax;
  }

  /** Of a hundred writes 99 took no longer, to a tenth of a millisecond; null before the first. */
  get p99Ms(): number | null {
    const ms = percentile(this.#latest, 0.99);
    return ms && Math.round(ms * 10) / 10;
  }
}
