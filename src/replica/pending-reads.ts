/**
 * Linearizable reads in progress (6.4). This file only keeps track of them; the replica asks Raft
 * for their indexes and answers them. Reads in local mode do not pass here.
 */

import type { Prng } from '../base/index.js';
import type { LeadershipProof, LogIndex, RaftState, ReadResult } from '../raft/index.js';
import type { Request } from './request.js';

/**
 * A read passes through three stages. It is gathered until the next turn, then asks for a read
 * index in a batch that shares one readId, then waits until that index is applied.
 */
export class PendingReads {
  readonly #gathered: Record<LeadershipProof, Request[]> = { round: [], lease: [] };
  /** Batches that wait for a read index, by readId. */
  readonly #asked = new Map<number, ReadBatch>();
  /** Reads that wait until an index is applied, by that index. */
  readonly #waiting = new Map<LogIndex, WaitingRead[]>();
  #lastReadId: number;
  /** A time before which no read in `#waiting` times out. It saves a search of the map. */
  #waitingDeadlineMs = Number.POSITIVE_INFINITY;

  /**
   * `prng` must be seeded for each life of the node, so that readIds differ between lives and an
   * answer to an earlier life matches no batch.
   */
  constructor(prng: Prng) {
    this.#lastReadId = prng.below(2 ** 32) * 2 ** 20;
  }

  get isEmpty(): boolean {
    return this.#asked.size === 0 && this.#waiting.size === 0 && !this.#hasGathered();
  }

  /** The time at which a batch must be asked for again or a read times out, whichever is first. */
  nextDeadlineMs(state: Readonly<RaftState>, retryMs: number): number {
    let nextMs = Number.POSITIVE_INFINITY;
    for (const batch of this.#asked.values()) {
      nextMs = Math.min(nextMs, batch.deadlineMs, retryAtMs(batch, state, retryMs));
    }
    for (const { deadlineMs } of [...this.#waiting.values()].flat()) {
      nextMs = Math.min(nextMs, deadlineMs);
    }
    return nextMs;
  }

  gather(request: Request): void {
    const proof = request.client.readMode === 'lease' ? 'lease' : 'round';
    this.#gathered[proof].push(request);
  }

  #hasGathered(): boolean {
    return this.#gathered.round.length > 0 || this.#gathered.lease.length > 0;
  }

  /** Turns the gathered reads into batches, and returns the indexes to request for them. */
  takeGathered(state: Readonly<RaftState>, deadlineMs: number): ReadIndexRequest[] {
    const indexRequests: ReadIndexRequest[] = [];
    for (const proof of ['round', 'lease'] as const) {
      const requests = this.#gathered[proof];
      if (requests.length === 0) continue;
      this.#gathered[proof] = [];
      this.#lastReadId += 1;
      const readId = this.#lastReadId;
      this.#asked.set(readId, { requests, proof, deadlineMs, ...askedNow(state) });
      indexRequests.push({ readId, proof });
    }
    return indexRequests;
  }

  /**
   * Returns the batches to ask for again, since the request or the answer may be lost. They keep
   * their readId: an answer to the first request is equally valid, since it came after all reads of
   * the batch.
   */
  takeRetries(state: Readonly<RaftState>, retryMs: number): ReadIndexRequest[] {
    const indexRequests: ReadIndexRequest[] = [];
    for (const [readId, batch] of this.#asked) {
      if (state.nowMs < retryAtMs(batch, state, retryMs)) continue;
      Object.assign(batch, askedNow(state));
      indexRequests.push({ readId, proof: batch.proof });
    }
    return indexRequests;
  }

  /** Removes and returns the reads that a result is for. Empty when the result is a repetition. */
  takeAsked({ readId }: ReadResult): readonly Request[] {
    const batch = this.#asked.get(readId);
    this.#asked.delete(readId);
    return batch?.requests ?? [];
  }

  /** Makes a request wait until `index` is applied. */
  waitFor(index: LogIndex, request: Request, deadlineMs: number): void {
    const waiting = this.#waiting.get(index);
    if (waiting) waiting.push({ request, deadlineMs });
    else this.#waiting.set(index, [{ request, deadlineMs }]);
    this.#waitingDeadlineMs = Math.min(this.#waitingDeadlineMs, deadlineMs);
  }

  /** Removes and returns the reads that wait for exactly `index`. */
  takeWaitingFor(index: LogIndex): readonly WaitingRead[] {
    const waiting = this.#waiting.get(index);
    if (!waiting) return [];
    this.#waiting.delete(index);
    return waiting;
  }

  /**
   * Removes and returns the reads that wait for an index up to `index`, which a snapshot covers.
   */
  takeWaitingUpTo(index: LogIndex): Request[] {
    const covered = [...this.#waiting.keys()].filter((waitingIndex) => waitingIndex <= index);
    return covered.flatMap((waitingIndex) =>
      this.takeWaitingFor(waitingIndex).map(({ request }) => request),
    );
  }

  /** Removes and returns the reads that have timed out. */
  takeExpired(nowMs: number): Request[] {
    const expired: Request[] = [];
    for (const [readId, batch] of this.#asked) {
      if (batch.deadlineMs > nowMs) break;
      this.#asked.delete(readId);
      expired.push(...batch.requests);
    }
    if (this.#waitingDeadlineMs <= nowMs) expired.push(...this.#takeExpiredWaiting(nowMs));
    return expired;
  }

  #takeExpiredWaiting(nowMs: number): Request[] {
    const expired: Request[] = [];
    const all = [...this.#waiting];
    this.#waiting.clear();
    this.#waitingDeadlineMs = Number.POSITIVE_INFINITY;
    for (const [index, waiting] of all) {
      for (const { request, deadlineMs } of waiting) {
        if (deadlineMs <= nowMs) expired.push(request);
        else this.waitFor(index, request, deadlineMs);
      }
    }
    return expired;
  }
}

export interface ReadIndexRequest {
  readonly readId: number;
  readonly proof: LeadershipProof;
}

interface ReadBatch {
  readonly requests: readonly Request[];
  readonly proof: LeadershipProof;
  readonly deadlineMs: number;
  askedAtMs: number;
  askedTerm: number;
}

interface WaitingRead {
  readonly request: Request;
  readonly deadlineMs: number;
}

/**
 * The time at which a batch must be asked for again. A follower's request may be lost on the
 * network, but a leader's request to itself is lost only when its leadership ends.
 */
function retryAtMs(batch: ReadBatch, state: Readonly<RaftState>, retryMs: number): number {
  if (!state.leadership) return batch.askedAtMs + retryMs;
  return batch.askedTerm === state.currentTerm ? Number.POSITIVE_INFINITY : state.nowMs;
}

function askedNow({ nowMs, currentTerm }: Readonly<RaftState>) {
  return { askedAtMs: nowMs, askedTerm: currentTerm };
}
