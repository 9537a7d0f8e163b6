import { Doubtful, type DoubtfulGroup, groupDoubtful } from './doubtful.js';
import { apply, type Effect, isHarmless, type KeyState } from './model.js';
import type { Operation } from './operation.js';
import { Pending, PendingList } from './pending-list.js';
import { Visited } from './visited.js';

type Finding = 'linearizable' | 'NOT linearizable' | 'unknown';

/** When a search that has not found the answer gives up. */
export interface SearchBounds {
  readonly configurationsMax: number;
  /** Asked now and then; the clock is the caller's, so that the search itself depends on nothing. */
  readonly isOverdue: () => boolean;
}

interface SearchOutcome {
  readonly finding: Finding;
  readonly configurations: number;
}

/** An operation that may come next in the order. */
type Move = Pending | Doubtful;

/** A place in the order, how it was filled, and what else may be tried there. */
interface Step {
  readonly moves: readonly Move[];
  tried: number;
  readonly cameBy: Move | null;
  readonly stateBefore: KeyState;
  readonly highestBefore: number;
}

/** The search looks at the clock once in so many configurations. */
const configurationsPerLook = 1024;

/**
 * Is there an order of the operations on one key in which each answer is right, and none comes
 * before another that had ended when it started? Operations that failed take no part.
 *
 * The search is that of Wing and Gong with the memoisation of Lowe ("Testing for linearizability",
 * 2017). Of the operations that may come next, one that is answered right and that changes nothing
 * wherever it comes is taken without looking at the others: they can come after it just as well.
 */
export function search(operations: readonly Operation[], bounds: SearchBounds): SearchOutcome {
  return new Search(operations, [], bounds).run();
}

/**
 * The same where it is not known of `optional`, which were answered, whether they happened. Orders
 * are allowed that have two of them the wrong way round: where there is none even so, there is none.
 */
export function searchWithOptional(
  operations: readonly Operation[],
  optional: readonly Operation[],
  bounds: SearchBounds,
): SearchOutcome {
  return new Search(operations, optional, bounds).run();
}

class Search {
  readonly #pending: PendingList;
  readonly #groups: readonly DoubtfulGroup[];
  readonly #doubtful: readonly Doubtful[];
  readonly #bounds: SearchBounds;
  readonly #visited = new Visited();
  readonly #stateNumbers = new Map<KeyState, number>();
  readonly #steps: Step[] = [];
  #state: KeyState = null;
  /** The highest rank in the order, or -1. */
  #highest = -1;
  #configurations = 0;

  constructor(
    operations: readonly Operation[],
    optional: readonly Operation[],
    bounds: SearchBounds,
  ) {
    const answered = operations.filter(({ ok }) => ok === true);
    this.#pending = new PendingList(answered);
    // A read in doubt says nothing, and changes nothing.
    const unknown = operations.filter(({ ok, op }) => ok === null && op !== 'get');
    const writes = optional.filter(({ op }) => op !== 'get');
    this.#groups = groupDoubtful(unknown, writes, answered);
    this.#doubtful = this.#groups.flat();
    this.#bounds = bounds;
  }

  run(): SearchOutcome {
    return { finding: this.#find(), configurations: this.#configurations };
  }

  #find(): Finding {
    if (this.#pending.first === null) return 'linearizable';
    this.#begin(null, this.#state, this.#highest);
    for (let step = this.#steps.at(-1); step; step = this.#steps.at(-1)) {
      const move = step.moves[step.tried];
      step.tried += 1;
      if (move === undefined) this.#goBack();
      else this.#try(move);
      if (this.#pending.first === null) return 'linearizable';
      if (this.#isSpent()) return 'unknown';
    }
    return 'NOT linearizable';
  }

  #begin(cameBy: Move | null, stateBefore: KeyState, highestBefore: number): void {
    const skipped = cameBy instanceof Doubtful ? stateBefore : undefined;
    const moves = this.#moves(skipped);
    this.#steps.push({ moves, tried: 0, cameBy, stateBefore, highestBefore });
  }

  #try(move: Move): void {
    const stateBefore = this.#state;
    const highestBefore = this.#highest;
    this.#state = apply(stateBefore, move.operation).state;
    if (move instanceof Pending) {
      this.#pending.lift(move);
      this.#highest = Math.max(highestBefore, move.rank);
    } else {
      move.isUsed = true;
    }
    if (this.#visited.add(this.#configuration(), this.#doubtful, this.#nowNs())) {
      this.#configurations += 1;
      this.#begin(move, stateBefore, highestBefore);
    } else {
      this.#undo(move, stateBefore, highestBefore);
    }
  }

  #goBack(): void {
    const step = this.#steps.pop();
    if (step?.cameBy) this.#undo(step.cameBy, step.stateBefore, step.highestBefore);
  }

  #undo(move: Move, stateBefore: KeyState, highestBefore: number): void {
    this.#state = stateBefore;
    this.#highest = highestBefore;
    if (move instanceof Pending) this.#pending.putBack(move);
    else move.isUsed = false;
  }

  /** The order has come so far: nothing that ended before may be put into it any more. */
  #nowNs(): number {
    return this.#pending.startNsOf(this.#highest);
  }

  /**
   * Those that started before any that is pending had ended; the doubtful come last. `skipped` is
   * the state without the doubtful operation that came just before: what it makes no difference to
   * is tried without it.
   */
  #moves(skipped: KeyState | undefined): readonly Move[] {
    const moves: Move[] = [];
    let endNsMin = Number.POSITIVE_INFINITY;
    let pending = this.#pending.first;
    for (; pending && pending.operation.startNs <= endNsMin; pending = pending.after) {
      const { operation } = pending;
      endNsMin = Math.min(endNsMin, operation.endNs);
      const effect = apply(this.#state, operation);
      if (effect.result !== operation.result) continue;
      if (isSameFrom(skipped, operation, effect, true)) continue;
      if (isHarmless(operation) && !this.#endsDoubt(operation)) return [pending];
      moves.push(pending);
    }
    const nowNs = this.#nowNs();
    for (const group of this.#groups) {
      const doubtful = group.find((each) => mayComeNow(each, nowNs, endNsMin));
      if (doubtful === undefined) continue;
      const effect = apply(this.#state, doubtful.operation);
      if (!isSameFrom(skipped, doubtful.operation, effect, false)) moves.push(doubtful);
    }
    return moves;
  }

  /** Is there a doubtful operation that could not come after this one? */
  #endsDoubt({ startNs }: Operation): boolean {
    const nowNs = this.#nowNs();
    return this.#doubtful.some((each) => each.endNs < startNs && mayComeNow(each, nowNs, startNs));
  }

  /**
   * What is in the order: all up to the highest rank but those still pending. They are few, since
   * all of them were under way when the highest started.
   */
  #configuration(): string {
    let text = `${this.#stateNumber()} ${this.#highest}`;
    let pending = this.#pending.first;
    for (; pending && pending.rank < this.#highest; pending = pending.after) {
      text += ` ${pending.rank}`;
    }
    return text;
  }

  #stateNumber(): number {
    const known = this.#stateNumbers.get(this.#state);
    if (known !== undefined) return known;
    this.#stateNumbers.set(this.#state, this.#stateNumbers.size);
    return this.#stateNumbers.size - 1;
  }

  #isSpent(): boolean {
    const { configurationsMax, isOverdue } = this.#bounds;
    if (this.#configurations >= configurationsMax) return true;
    return this.#configurations % configurationsPerLook === 0 && isOverdue();
  }
}

function mayComeNow(
  { isUsed, startNs, endNs }: Doubtful,
  nowNs: number,
  endNsMin: number,
): boolean {
  return !isUsed && startNs <= endNsMin && endNs >= nowNs;
}

/** Has the operation the same effect on another state, by its result too where that counts? */
function isSameFrom(
  from: KeyState | undefined,
  operation: Operation,
  effect: Effect,
  resultCounts: boolean,
): boolean {
  if (from === undefined) return false;
  const { state, result } = apply(from, operation);
  return state === effect.state && (!resultCounts || result === effect.result);
}
