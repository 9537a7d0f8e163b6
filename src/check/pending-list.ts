import type { Operation } from './operation.js';

/** An operation that was answered; its place in the list of those without a place in the order. */
export class Pending {
  before: Pending | null = null;
  after: Pending | null = null;

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
  #first: Pending | null = null;

  constructor(operations: readonly Operation[]) {
    const sorted = [...operations].sort((a, b) => a.startNs - b.startNs);
    let last: Pending | null = null;
    for (const [rank, operation] of sorted.entries()) {
      const pending: Pending = new Pending(operation, rank);
      pending.before = last;
      if (last) last.after = pending;
      else this.#first = pending;
      last = pending;
    }
  }

  get first(): Pending | null {
    return this.#first;
  }

  lift({ before, after }: Pending): void {
    if (before) before.after = after;
    else this.#first = after;
    if (after) after.before = before;
  }

  putBack(pending: Pending): void {
    const { before, after } = pending;
    if (before) before.after = pending;
    else this.#first = pending;
    if (after) after.before = pending;
  }
}
