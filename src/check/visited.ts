/** The memory of the search (search.ts): the configurations that it has tried. */

import type { MaybeApplied } from './maybe-applied.js';

/**
 * A configuration consists of the answered operations in the order and the key's state; with it go
 * the maybe-applied operations that led to it. A configuration that was reached before with a
 * subset of them counts as visited, since it allows nothing more. This extends Lowe's memoisation,
 * as a maybe-applied operation need not happen.
 */
export class Visited {
  /** The sets of maybe-applied operations that were used, by configuration. */
  readonly #used = new Map<string, (readonly MaybeApplied[])[]>();

  /**
   * Adds a configuration; returns false when it was visited before. Operations that ended before
   * `frontierNs` do not count as used, since they can no longer be placed in any case.
   */
  add(configuration: string, maybeApplied: readonly MaybeApplied[], frontierNs: number): boolean {
    const known = this.#used.get(configuration) ?? [];
    if (known.some((used) => used.every(({ isUsed }) => isUsed))) return false;
    const used = maybeApplied.filter(({ isUsed, endNs }) => isUsed && endNs >= frontierNs);
    this.#used.set(configuration, [...known, used]);
    return true;
  }
}
