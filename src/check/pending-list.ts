/**
 * The linked list of Lowe's search (search.ts): the answered operations that have no place in the
 * order yet, sorted by their starts.
 */

import type { Operation } from './operation.js';

/** An answered operation, as an element of the list. */
export class PendingOperation {
  before: PendingOperation | null = null;
  after: PendingOperation | null = null;

  constructor(
    readonly operation: Operation,
    /** The rank of the element by its start, from 0. */
    readonly rank: number,
  ) {}
}

/**
 * Elements are lifted out when they get a place in the order, and put back in reverse order when
 * the search backtracks.
 */
export class PendingList {
  readonly #startsNs: readonly number[];
  #first: PendingOperation | null = null;

  constructor(operations: readonly Operation[]) {
    const sorted = [...operations].sort((a, b) => a.startNs - b.startNs);
    this.#startsNs = sorted.map(({ startNs }) => startNs);
    let last: PendingOperation | null = null;
    for (const [rank, operation] of sorted.entries()) {
      const pending: PendingOperation = new PendingOperation(operation, rank);
      pending.before = last;
      if (last) last.after = pending;
      else this.#first = pending;
      last = pending;
    }
  }

  get first(): PendingOperation | null {
    return this.#first;
  }

  /** Returns the start of the operation of that rank; negative infinity when there is none. */
  startNsOf(rank: number): number {
    return this.#startsNs[rank] ?? Number.NEGATIVE_INFINITY;
  }

  lift({ before, after }: PendingOperation): void {
    if (before) before.after = after;
    else this.#first = after;
    if (after) after.before = before;
  }

  unlift(pending: PendingOperation): void {
    const { before, after } = pending;
    if (before) before.after = pending;
    else this.#first = pending;
    if (after) after.before = pending;
  }
}
