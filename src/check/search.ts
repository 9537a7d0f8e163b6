/**
 * Decides whether the operations on one key are linearizable, by the search of Wing and Gong with
 * the memoisation of Lowe ("Testing for linearizability", 2017). judge.ts calls it for each key.
 */

import { groupMaybeApplied, MaybeApplied, type MaybeAppliedGroup } from './maybe-applied.js';
import { apply, type Effect, isNoOp, type KeyState } from './model.js';
import type { Operation } from './operation.js';
import { PendingList, PendingOperation } from './pending-list.js';
import { Visited } from './visited.js';

type SearchVerdict = 'linearizable' | 'NOT linearizable' | 'unknown';

/** The limits after which a search gives up. */
export interface SearchBounds {
  readonly configurationsMax: number;
  /** True once the time is over. The caller has the clock, so the search is deterministic. */
  readonly isOverdue: () => boolean;
}

interface SearchOutcome {
  readonly verdict: SearchVerdict;
  readonly configurations: number;
}

/** An operation that may come next in the order. */
type Move = PendingOperation | MaybeApplied;

/** A node on the path of the search: how it was reached, and the moves to try from it. */
interface SearchFrame {
  readonly moves: readonly Move[];
  tried: number;
  readonly enteredBy: Move | null;
  readonly stateBefore: KeyState;
  readonly highestRankBefore: number;
}

/** The number of configurations between two calls of `isOverdue`. */
const configurationsPerClockCheck = 1024;

/**
 * Searches for an order of the operations on one key in which every answer is right, and no
 * operation comes before one that had ended when it started. Failed operations take no part.
 *
 * One rule prunes the search: when an operation that may come next has the right answer and changes
 * nothing, it is taken without trying the others, which can follow it just as well.
 */
export function search(operations: readonly Operation[], bounds: SearchBounds): SearchOutcome {
  return new Search(operations, [], bounds).run();
}

/**
 * Searches as `search` does, but the answered operations in `optional` may have happened or not,
 * with any answer. Their order among each other is not enforced, so "linearizable" may be wrong,
 * but "NOT linearizable" is certain.
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
    // A read with an unknown answer shows nothing and changes nothing.
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
    for (let frame = this.#frames.at(-1); frame; frame = this.#frames.at(-1)) {
      const move = frame.moves[frame.tried];
      frame.tried += 1;
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
    const frame = this.#frames.pop();
    if (frame?.enteredBy) this.#undo(frame.enteredBy, frame.stateBefore, frame.highestRankBefore);
  }

  #undo(move: Move, stateBefore: KeyState, highestRankBefore: number): void {
    this.#state = stateBefore;
    this.#highestRank = highestRankBefore;
    if (move instanceof PendingOperation) this.#pending.unlift(move);
    else move.isUsed = false;
  }

  /** The latest start in the order: an operation that ended before it can no longer be placed. */
  #frontierNs(): number {
    return this.#pending.startNsOf(this.#highestRank);
  }

  /**
   * Returns the operations that may come next: those that started before any pending one had ended,
   * with the maybe-applied ones last. When a maybe-applied operation was placed just before,
   * `stateWithoutLast` is the state without it. An operation that has the same effect on that state
   * is left out here, since the search also tries it without the maybe-applied one.
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

  /**
   * True when some maybe-applied operation may be placed now, but would be too late if this one
   * were placed first.
   */
  #excludesMaybeApplied({ startNs }: Operation): boolean {
    const frontierNs = this.#frontierNs();
    return this.#maybeApplied.some(
      (each) => each.endNs < startNs && canComeNext(each, frontierNs, startNs),
    );
  }

  /**
   * Returns a key for the state and the operations in the order: all up to the highest rank, except
   * those still pending. These are few, since all of them were in progress when the highest
   * started.
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

/** True when the operation has the same effect on `from`; its result matters if `resultCounts`. */
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
