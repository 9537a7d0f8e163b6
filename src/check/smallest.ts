/**
 * Reduces a violation to a small set of operations that still shows it, for the reader of a report.
 */

import type { Operation } from './operation.js';
import { searchWithOptional } from './search.js';

/**
 * How many configurations one attempt to leave operations out may visit. If the search finds no
 * answer within this limit, the operations stay: unknown operations make searches long, and a
 * smaller set is only a convenience.
 */
const configurationsPerAttempt = 10_000;
/** How many configurations all attempts together may visit. */
const configurationsInTotal = 500_000;

/** Operations that have no order, whatever happened to the unknown and optional ones. */
interface Counterexample {
  readonly answered: readonly Operation[];
  readonly unknown: readonly Operation[];
  /** Answered operations that are left out of the proof. */
  readonly optional: readonly Operation[];
}

/**
 * Takes operations on one key that have no order, and returns a few of them that have no order
 * either, sorted by their starts.
 *
 * A write cannot be left out as if it had never happened: its reads would be wrong for that reason
 * alone. So an operation that is left out may still have happened at its time, or not, with any
 * answer, and the returned operations have no order either way. "Smallest" means that this no
 * longer holds when any one of them is left out too. The writes that their reads saw are returned
 * with them.
 */
export function smallestViolation(
  operations: readonly Operation[],
  isOverdue: () => boolean,
): Operation[] {
  const checker = new ViolationChecker(isOverdue);
  const { answered, unknown, optional } = shrink(shortestPrefix(operations, checker), checker);
  const seen = [...unknown, ...optional].filter((write) =>
    answered.some((read) => observes(read, write)),
  );
  return [...answered, ...seen].sort((a, b) => a.startNs - b.startNs);
}

/** Repeats the search within the total number of configurations. */
class ViolationChecker {
  readonly #isOverdue: () => boolean;
  #configurations = 0;

  constructor(isOverdue: () => boolean) {
    this.#isOverdue = isOverdue;
  }

  isViolation({ answered, unknown, optional }: Counterexample): boolean {
    const left = configurationsInTotal - this.#configurations;
    const { verdict, configurations } = searchWithOptional([...answered, ...unknown], optional, {
      configurationsMax: Math.min(left, configurationsPerAttempt),
      isOverdue: this.#isOverdue,
    });
    this.#configurations += configurations;
    return verdict === 'NOT linearizable';
  }
}

/**
 * Returns the shortest prefix without an order. Bisection finds it, since every prefix of a history
 * with an order has an order.
 */
function shortestPrefix(
  operations: readonly Operation[],
  checker: ViolationChecker,
): Counterexample {
  const endsNs = operations
    .filter(({ ok }) => ok === true)
    .map(({ endNs }) => endNs)
    .sort((a, b) => a - b);
  let low = 0;
  let high = endsNs.length - 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (checker.isViolation(prefix(operations, endsNs[middle] ?? 0))) high = middle;
    else low = middle + 1;
  }
  return prefix(operations, endsNs[high] ?? 0);
}

/** Returns what was known at that time. Operations in progress then are optional. */
function prefix(operations: readonly Operation[], untilNs: number): Counterexample {
  const started = operations.filter(({ startNs }) => startNs <= untilNs);
  return {
    answered: started.filter(({ ok, endNs }) => ok === true && endNs <= untilNs),
    unknown: started.filter(({ ok }) => ok === null),
    optional: started.filter(({ ok, endNs }) => ok === true && endNs > untilNs),
  };
}

/**
 * Tries to leave out runs of answered operations, from long runs to single operations. Reads go
 * before writes, because a write that is left out is shown all the same if a shown read saw it.
 */
function shrink(
  { answered, unknown, optional }: Counterexample,
  checker: ViolationChecker,
): Counterexample {
  const reads = answered.filter(({ op }) => op === 'get');
  const writes = answered.filter(({ op }) => op !== 'get');
  let shrunk: Counterexample = { answered: [...reads, ...writes], unknown, optional };
  for (let length = answered.length; length >= 1; length = Math.floor(length / 2)) {
    for (let from = 0; from < shrunk.answered.length; ) {
      const attempt = without(shrunk, from, from + length);
      if (checker.isViolation(attempt)) shrunk = attempt;
      else from += length;
    }
  }
  return shrunk;
}

function without(
  { answered, unknown, optional }: Counterexample,
  from: number,
  to: number,
): Counterexample {
  return {
    answered: [...answered.slice(0, from), ...answered.slice(to)],
    unknown,
    optional: [...optional, ...answered.slice(from, to)],
  };
}

/** True when the read's answer may contain the write's value. */
function observes(read: Operation, { op, value }: Operation): boolean {
  if (read.op !== 'get' || read.result === null || value === null) return false;
  return op === 'append' ? read.result.includes(value) : read.result.startsWith(value);
}
