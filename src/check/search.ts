import { groupMaybeApplied, MaybeApplied, type MaybeAppliedGroup } from './maybe-applied.js';
import { apply, type Effect, isNoOp, type KeyState } from './model.js';
import type { Operation } from './operation.js';
import { PendingList, PendingOperation } from './pending-list.js';
import { Visited } from './visited.js';

type SearchVerdict = 'linearizable' | 'NOT linearizable' | 'unknown';

/** When a search that has not found the answer gives up. */
export interface SearchBounds {
  readonly configurationsMax: number;
  /** Asked now and then; the clock is the caller's, so that the search itself depends on nothing. */
  readonly isOverdue: () => boolean;
}

interface SearchOutcome {
  readonly verdict: SearchVerdict;
  readonly configurations: number;
}

/** An operation that may come next in the order. */
type Move = PendingOperation | MaybeApplied;

/** A place in the order, how it was filled, and what else may be tried there. */
interface SearchFrame {
  readonly moves: readonly Move[];
  tried: number;
  readonly enteredBy: Move | null;
  readonly stateBefore: KeyState;
  readonly highestRankBefore: number;
}

/** The search looks at the clock once in so many configurations. */
const configurationsPerClockCheck = 1024;

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
  readonly #groups: readonly MaybeAppliedGroup[];
  readonly #maybeApplied: readonly MaybeApplied[];
  readonly #bounds: SearchBounds;
  readonly #visited = new Visited();
  readonly #stateNumbers = new Map<KeyState, number>();
  readonly #frames: SearchFrame[] = [];
  #state: KeyState = null;
  /** The highest rank in the order, or -1. */
  #highestRank = -1;
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
    this.#groups = groupMaybeApplied(unknown, writes, answered);
    this.#maybeApplied = this.#groups.flat();
    this.#bounds = bounds;
  }

  run(): SearchOutcome {
    return { verdict: this.#find(), configurations: this.#configurations };
  }

  #find(): SearchVerdict {
    if (this.#pending.first === null) return 'linearizable';
    this.#begin(null, this.#state, this.#highestRank);
    for (let step = this.#frames.at(-1); step; step = this.#frames.at(-1)) {
      const move = step.moves[step.tried];
      step.tried += 1;
      if (move === undefined) this.#backtrack();
      else this.#try(move);
      if (this.#pending.first === null) return 'linearizable';
      if (this.#isOverBudget()) return 'unknown';
    }
    return 'NOT linearizable';
  }

  #begin(enteredBy: Move | null, stateBefore: KeyState, highestRankBefore: number): void {
    const stateWithoutLast = enteredBy instanceof MaybeApplied ? stateBefore : undefined;
    const moves = this.#moves(stateWithoutLast);
    this.#frames.push({ moves, tried: 0, enteredBy, stateBefore, highestRankBefore });
  }

  #try(move: Move): void {
    const stateBefore = this.#state;
    const highestRankBefore = this.#highestRank;
    this.#state = apply(stateBefore, move.operation).state;
    if (move instanceof PendingOperation) {
      this.#pending.lift(move);
      this.#highestRank = Math.max(highestRankBefore, move.rank);
    } else {
      move.isUsed = true;
    }
    if (this.#visited.add(this.#configuration(), this.#maybeApplied, this.#frontierNs())) {
      this.#configurations += 1;
      this.#begin(move, stateBefore, highestRankBefore);
    } else {
      this.#undo(move, stateBefore, highestRankBefore);
    }
  }

  #backtrack(): void {
    const step = this.#frames.pop();
    if (step?.enteredBy) this.#undo(step.enteredBy, step.stateBefore, step.highestRankBefore);
  }

  #undo(move: Move, stateBefore: KeyState, highestRankBefore: number): void {
    this.#state = stateBefore;
    this.#highestRank = highestRankBefore;
    if (move instanceof PendingOperation) this.#pending.unlift(move);
    else move.isUsed = false;
  }

  /** The order has come so far: nothing that ended before may be put into it any more. */
  #frontierNs(): number {
    return this.#pending.startNsOf(this.#highestRank);
  }

  /**
   * Those that started before any that is pending had ended; the doubtful come last. `skipped` is
   * the state without the doubtful operation that came just before: what it makes no difference to
   * is tried without it.
   */
  #moves(stateWithoutLast: KeyState | undefined): readonly Move[] {
    const moves: Move[] = [];
    let endNsMin = Number.POSITIVE_INFINITY;
    let pending = this.#pending.first;
    for (; pending && pending.operation.startNs <= endNsMin; pending = pending.after) {
      const { operation } = pending;
      endNsMin = Math.min(endNsMin, operation.endNs);
      const effect = apply(this.#state, operation);
      if (effect.result !== operation.result) continue;
      if (hasSameEffectFrom(stateWithoutLast, operation, effect, true)) continue;
      if (isNoOp(operation) && !this.#excludesMaybeApplied(operation)) return [pending];
      moves.push(pending);
    }
    const frontierNs = this.#frontierNs();
    for (const group of this.#groups) {
      const maybeApplied = group.find((each) => canComeNext(each, frontierNs, endNsMin));
      if (maybeApplied === undefined) continue;
      const effect = apply(this.#state, maybeApplied.operation);
      if (!hasSameEffectFrom(stateWithoutLast, maybeApplied.operation, effect, false))
        moves.push(maybeApplied);
    }
    return moves;
  }

  /** Is there a doubtful operation that could not come after this one? */
  #excludesMaybeApplied({ startNs }: Operation): boolean {
    const frontierNs = this.#frontierNs();
    return this.#maybeApplied.some(
      (each) => each.endNs < startNs && canComeNext(each, frontierNs, startNs),
    );
  }

  /**
   * What is in the order: all up to the highest rank but those still pending. They are few, since
   * all of them were under way when the highest started.
   */
  #configuration(): string {
    let text = `${this.#stateNumber()} ${this.#highestRank}`;
    let pending = this.#pending.first;
    for (; pending && pending.rank < this.#highestRank; pending = pending.after) {
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

  #isOverBudget(): boolean {
    const { configurationsMax, isOverdue } = this.#bounds;
    if (this.#configurations >= configurationsMax) return true;
    return this.#configurations % configurationsPerClockCheck === 0 && isOverdue();
  }
}

function canComeNext(
  { isUsed, startNs, endNs }: MaybeApplied,
  frontierNs: number,
  endNsMin: number,
): boolean {
  return !isUsed && startNs <= endNsMin && endNs >= frontierNs;
}

/** Has the operation the same effect on another state, by its result too where that counts? */
function hasSameEffectFrom(
  from: KeyState | undefined,
  operation: Operation,
  effect: Effect,
  resultCounts: boolean,
): boolean {
  if (from === undefined) return false;
  const { state, result } = apply(from, operation);
  return state === effect.state && (!resultCounts || result === effect.result);
}
