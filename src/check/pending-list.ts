import type { Operation } from './operation.js';

/** An operation that was answered; its place in the list of those without a place in the order. */
export class PendingOperation {
  before: PendingOperation | null = null;
  after: PendingOperation | null = null;

  constructor(
    readonly operation: Operation,
    /** Its rank by start. */
    readonly rank: number,
  ) {}
}

/**
 * The answered operations that are not in the order yet, by their start. One is lifted out when it
 * gets its place, and put back, last out first in, when that place was wrong.
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

  /** Before all for a rank that there is not. */
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
