import type { Prng } from '../base/index.js';
import type { LeadershipProof, LogIndex, RaftState, ReadResult } from '../raft/index.js';
import type { Request } from './request.js';

/**
 * Linearizable reads on their way (6.4): gathered until the next batch, asked for with one readId,
 * then waiting until their index is applied.
 */
export class PendingReads {
  readonly #gathered: Record<LeadershipProof, Request[]> = { round: [], lease: [] };
  readonly #asked = new Map<number, ReadBatch>();
  readonly #waiting = new Map<LogIndex, WaitingRead[]>();
  #lastReadId: number;
  #waitingDeadlineMs = Number.POSITIVE_INFINITY;

  /** `prng` is of this life alone: an answer to an earlier life is not taken for one to this. */
  constructor(prng: Prng) {
    this.#lastReadId = prng.below(2 ** 32) * 2 ** 20;
  }

  get isEmpty(): boolean {
    return this.#asked.size === 0 && this.#waiting.size === 0 && !this.#hasGathered();
  }

  /** When a batch is to be asked for again, or one of all these has waited too long. */
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

  /** Turns what has gathered into batches, and tells which to ask for. */
  takeGathered(state: Readonly<RaftState>, deadlineMs: number): ReadIndexRequest[] {
    const indexRequests: ReadIndexRequest[] = [];
    for (const proof of ['round', 'lease'] as const) {
      const requests = this.#gathered[proof];
      if (requests.length === 0) continue;
      this.#gathered[proof] = [];
      this.#lastReadId += 1;
      const readId = this.#lastReadId;
      this.#asked.set(readId, { requests, proof, deadlineMs, ...asking(state) });
      indexRequests.push({ readId, proof });
    }
    return indexRequests;
  }

  /**
   * Batches to ask for once more, since the question or the answer may be lost. The same readId may
   * be asked again: an index that answers the first question came after all reads of the batch.
   */
  takeRetries(state: Readonly<RaftState>, retryMs: number): ReadIndexRequest[] {
    const indexRequests: ReadIndexRequest[] = [];
    for (const [readId, batch] of this.#asked) {
      if (state.nowMs < retryAtMs(batch, state, retryMs)) continue;
      Object.assign(batch, asking(state));
      indexRequests.push({ readId, proof: batch.proof });
    }
    return indexRequests;
  }

  /** The requests that a result is for; none if it has come before. */
  takeAsked({ readId }: ReadResult): readonly Request[] {
    const batch = this.#asked.get(readId);
    this.#asked.delete(readId);
    return batch?.requests ?? [];
  }

  /** The request is answered when `index` is applied. */
  waitFor(index: LogIndex, request: Request, deadlineMs: number): void {
    const waiting = this.#waiting.get(index);
    if (waiting) waiting.push({ request, deadlineMs });
    else this.#waiting.set(index, [{ request, deadlineMs }]);
    this.#waitingDeadlineMs = Math.min(this.#waitingDeadlineMs, deadlineMs);
  }

  takeWaitingFor(index: LogIndex): readonly WaitingRead[] {
    const waiting = this.#waiting.get(index);
    if (!waiting) return [];
    this.#waiting.delete(index);
    return waiting;
  }

  /** What waits for an index that is never applied here, as a snapshot stands for it. */
  takeWaitingUpTo(index: LogIndex): Request[] {
    const passed = [...this.#waiting.keys()].filter((waitingFor) => waitingFor <= index);
    return passed.flatMap((waitingFor) =>
      this.takeWaitingFor(waitingFor).map(({ request }) => request),
    );
  }

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

/** A leader's own question is lost only with a leadership. */
function retryAtMs(batch: ReadBatch, state: Readonly<RaftState>, retryMs: number): number {
  if (!state.leadership) return batch.askedAtMs + retryMs;
  return batch.askedTerm === state.currentTerm ? Number.POSITIVE_INFINITY : state.nowMs;
}

function asking({ nowMs, currentTerm }: Readonly<RaftState>) {
  return { askedAtMs: nowMs, askedTerm: currentTerm };
}
