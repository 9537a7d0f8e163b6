import type { MaybeApplied } from './maybe-applied.js';

/**
 * The configurations that have been looked at: which answered operations are in the order, the
 * key's state, and the doubtful operations that were used to get there. One that gets to the same
 * with more of them can do nothing that the thriftier could not: it counts as visited (Lowe's
 * memoisation, taken further, since a doubtful operation need not happen).
 */
export class Visited {
  /** By configuration: the sets of doubtful operations that were used. */
  readonly #used = new Map<string, (readonly MaybeApplied[])[]>();

  /** False where it was visited before. What has ended before `nowNs` can't be used any more. */
  add(configuration: string, maybeApplied: readonly MaybeApplied[], frontierNs: number): boolean {
    const known = this.#used.get(configuration) ?? [];
    if (known.some((used) => used.every(({ isUsed }) => isUsed))) return false;
    const used = maybeApplied.filter(({ isUsed, endNs }) => isUsed && endNs >= frontierNs);
    this.#used.set(configuration, [...known, used]);
    return true;
  }
}
