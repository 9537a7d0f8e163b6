import type { Operation } from './operation.js';
import { searchWithOptional } from './search.js';

/**
 * Configurations for one attempt to leave something out. Where the search finds no answer within
 * them, it stays: operations in doubt make searches long, and a smaller set is only a kindness to
 * the reader.
 */
const configurationsPerAttempt = 10_000;
/** For all attempts together. */
const configurationsInTotal = 500_000;

/** Answered operations that have no order, whatever came of the others. */
interface Counterexample {
  readonly answered: readonly Operation[];
  readonly unknown: readonly Operation[];
  /** Answered, but left out of the proof. */
  readonly optional: readonly Operation[];
}

/**
 * Of operations on one key that have no order, few that have none either, by start.
 *
 * A write can't be left out as if it had never been: reads of it would then be wrong for that
 * reason alone. So what is left out may still have happened at its time, or not, with any answer:
 * the operations that are shown have no order either way. "Smallest" is to say that this holds no
 * more when any one of them is left out too. The writes that their reads saw are shown with them.
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

/** Searches that share one bound. */
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

/** Until which answer is there an order? A history that has one has one up to every answer. */
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

/** What was known at that time: of what was under way, nothing. */
function prefix(operations: readonly Operation[], untilNs: number): Counterexample {
  const started = operations.filter(({ startNs }) => startNs <= untilNs);
  return {
    answered: started.filter(({ ok, endNs }) => ok === true && endNs <= untilNs),
    unknown: started.filter(({ ok }) => ok === null),
    optional: started.filter(({ ok, endNs }) => ok === true && endNs > untilNs),
  };
}

/**
 * Leaves out runs of answered operations, long ones first, then one at a time: reads before writes,
 * since a write that is left out would have to be shown for the reads that saw it.
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

function observes(read: Operation, { op, value }: Operation): boolean {
  if (read.op !== 'get' || read.result === null || value === null) return false;
  return op === 'append' ? read.result.includes(value) : read.result.startsWith(value);
}
