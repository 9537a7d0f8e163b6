/** Measures how long a node's latest writes took to be synced, in real milliseconds. */

import { percentile } from '../../base/index.js';

/** The number of latest writes that the percentile covers. */
const writesMax = 128;

export class SyncTimes {
  readonly #latest: number[] = [];
  #next = 0;

  add(ms: number): void {
    this.#latest[this.#next] = ms;
    this.#next = (this.#next + 1) % writesMax;
  }

  /** The 99th percentile, rounded to a tenth of a millisecond; null before the first write. */
  get p99Ms(): number | null {
    const ms = percentile(this.#latest, 0.99);
    return ms && Math.round(ms * 10) / 10;
  }
}
