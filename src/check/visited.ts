import type { Doubtful } from './doubtful.js';

/** How many of each group of unknown operations are used, where any is. */
type Usage = readonly (readonly [group: number, used: number])[];

/**
 * The configurations that have been looked at: which answered operations are in the order, the
 * key's state, and how many unknown operations were used to get there. One that gets to the same
 * with more of them can do nothing that the thriftier could not: it counts as visited (the bound of
 * Lowe's memoisation, taken further, since an unknown operation need not happen).
 */
export class Visited {
  readonly #usages = new Map<string, Usage[]>();

  /** False where it was visited before. */
  add(configuration: string, doubtful: readonly Doubtful[]): boolean {
    const known = this.#usages.get(configuration) ?? [];
    const isVisited = known.some((usage) =>
      usage.every(([group, used]) => used <= usedOf(doubtful, group)),
    );
    if (isVisited) return false;
    const usage = doubtful.flatMap(({ used }, group) => (used > 0 ? [[group, used] as const] : []));
    this.#usages.set(configuration, [...known, usage]);
    return true;
  }
}

function usedOf(doubtful: readonly Doubtful[], group: number): number {
  return doubtful[group]?.used ?? 0;
}
