import type { Operation } from './operation.js';
import { searchWithOptional } from './search.js';

/**
 * Configurations for one attempt to leave something out. Where the search finds no answer within
 * them, it stays: operations in doubt make searches long, and a smaller set is only a kindness to
 * the reader.
 */
const configurationsPerAttempt = 10_000;
/** For all attempts together. */
const configurationsForAll = 500_000;

/** Answered operations that have no order, whatever came of the others. */
interface Proof {
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
  const attempts = new Attempts(isOverdue);
  const { answered, unknown, optional } = thin(shortestPrefix(operations, attempts), attempts);
  const seen = [...unknown, ...optional].filter((write) =>
    answered.some((read) => saw(read, write)),
  );
  return [...answered, ...seen].sort((a, b) => a.startNs - b.startNs);
}

/** Searches that share one bound. */
class Attempts {
  readonly #isOverdue: () => boolean;
  #configurations = 0;

  constructor(isOverdue: () => boolean) {
    this.#isOverdue = isOverdue;
  }

  isViolation({ answered, unknown, optional }: Proof): boolean {
    const left = configurationsForAll - this.#configurations;
    const { finding, configurations } = searchWithOptional([...answered, ...unknown], optional, {
      configurationsMax: Math.min(left, configurationsPerAttempt),
      isOverdue: this.#isOverdue,
    });
    this.#configurations += configurations;
    return finding === 'NOT linearizable';
  }
}

/** Until which answer is there an order? A history that has one has one up to every answer. */
function shortestPrefix(operations: readonly Operation[], attempts: Attempts): Proof {
  const endsNs = operations
    .filter(({ ok }) => ok === true)
    .map(({ endNs }) => endNs)
    .sort((a, b) => a - b);
  let low = 0;
  let high = endsNs.length - 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (attempts.isViolation(prefix(operations, endsNs[middle] ?? 0))) high = middle;
    else low = middle + 1;
  }
  return prefix(operations, endsNs[high] ?? 0);
}

/** What was known at that time: of what was under way, nothing. */
function prefix(operations: readonly Operation[], untilNs: number): Proof {
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
function thin({ answered, unknown, optional }: Proof, attempts: Attempts): Proof {
  const reads = answered.filter(({ op }) => op === 'get');
  const writes = answered.filter(({ op }) => op !== 'get');
  let thinned: Proof = { answered: [...reads, ...writes], unknown, optional };
  for (let length = answered.length; length >= 1; length = Math.floor(length / 2)) {
    for (let from = 0; from < thinned.answered.length; ) {
      const attempt = without(thinned, from, from + length);
      if (attempts.isViolation(attempt)) thinned = attempt;
      else from += length;
    }
  }
  return thinned;
}

function without({ answered, unknown, optional }: Proof, from: number, to: number): Proof {
  return {
    answered: [...answered.slice(0, from), ...answered.slice(to)],
    unknown,
    optional: [...optional, ...answered.slice(from, to)],
  };
}

function saw(read: Operation, { op, value }: Operation): boolean {
  if (read.op !== 'get' || read.result === null || value === null) return false;
  return op === 'append' ? read.result.includes(value) : read.result.startsWith(value);
}
