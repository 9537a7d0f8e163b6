import type { Operation } from './operation.js';
import { search } from './search.js';

/**
 * Configurations for one attempt to leave something out, times the operations in doubt that each has
 * to look at. Where the search finds no answer within it, nothing is left out: a smaller set is only
 * a kindness to the reader.
 */
const workPerAttempt = 200_000;
/** For all attempts together. */
const workForAll = 5_000_000;

/** The answered operations of a proof, and the writes that may or may not have happened beside them. */
interface Proof {
  readonly answered: readonly Operation[];
  readonly doubtful: readonly Operation[];
}

/**
 * Of operations on one key that have no order, few that have none either, by start.
 *
 * A write can't be left out as if it had never been: reads of it would then be wrong for that
 * reason alone. So what is not shown may still have taken effect: the answered operations that are
 * shown have no order whatever all other writes of the history did, at any time after their start.
 * "Smallest" is to say that this holds no more when any one of them is left out too. The writes
 * whose values they saw are shown with them.
 */
export function smallestViolation(
  operations: readonly Operation[],
  isOverdue: () => boolean,
): Operation[] {
  const attempts = new Attempts(isOverdue);
  const { answered, doubtful } = thin(shortestPrefix(operations, attempts), attempts);
  const shown = new Set(answered);
  for (const write of doubtful) if (answered.some((read) => saw(read, write))) shown.add(write);
  return [...shown].sort((a, b) => a.startNs - b.startNs);
}

/** Searches that share one bound. */
class Attempts {
  readonly #isOverdue: () => boolean;
  #work = 0;

  constructor(isOverdue: () => boolean) {
    this.#isOverdue = isOverdue;
  }

  isViolation({ answered, doubtful }: Proof): boolean {
    const work = Math.min(workPerAttempt, workForAll - this.#work);
    const workPerConfiguration = 1 + doubtful.length;
    const { finding, configurations } = search([...answered, ...doubtful.map(doubt)], {
      configurationsMax: work / workPerConfiguration,
      isOverdue: this.#isOverdue,
    });
    this.#work += configurations * workPerConfiguration;
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
  const started = operations.filter(({ ok, startNs }) => ok !== false && startNs <= untilNs);
  const isAnswered = ({ ok, endNs }: Operation) => ok === true && endNs <= untilNs;
  return {
    answered: started.filter(isAnswered),
    doubtful: started.filter((operation) => !isAnswered(operation)),
  };
}

/**
 * Leaves out runs of answered operations, long ones first, then one at a time: reads before writes,
 * since a write that is left out would have to be shown for the reads that saw it.
 */
function thin({ answered, doubtful }: Proof, attempts: Attempts): Proof {
  const reads = answered.filter(({ op }) => op === 'get');
  const writes = answered.filter(({ op }) => op !== 'get');
  let thinned: Proof = { answered: [...reads, ...writes], doubtful };
  for (let length = answered.length; length >= 1; length = Math.floor(length / 2)) {
    for (let from = 0; from < thinned.answered.length; ) {
      const attempt = without(thinned, from, from + length);
      if (attempts.isViolation(attempt)) thinned = attempt;
      else from += length;
    }
  }
  return thinned;
}

function without({ answered, doubtful }: Proof, from: number, to: number): Proof {
  return {
    answered: [...answered.slice(0, from), ...answered.slice(to)],
    doubtful: [...doubtful, ...answered.slice(from, to)],
  };
}

function doubt(operation: Operation): Operation {
  return { ...operation, ok: null, result: null };
}

function saw(read: Operation, { op, value }: Operation): boolean {
  if (read.op !== 'get' || read.result === null || value === null) return false;
  return op === 'append' ? read.result.includes(value) : read.result.startsWith(value);
}
