/** Writes of clients that wait for their entry to be committed. For reads see pending-reads.ts. */

import type { Entry, LogIndex, Term } from '../raft/index.js';
import type { Request } from './request.js';

interface PendingWrite {
  readonly request: Request;
  readonly term: Term;
  readonly deadlineMs: number;
}

/** Writes that are in this leader's log and whose clients wait, by index, the oldest first. */
export class PendingWrites {
  readonly #byIndex = new Map<LogIndex, PendingWrite>();

  get size(): number {
    return this.#byIndex.size;
  }

  /** The time of the next timeout, in ms of the node's clock. Infinity when no write waits. */
  get nextDeadlineMs(): number {
    const [oldest] = this.#byIndex.values();
    return oldest?.deadlineMs ?? Number.POSITIVE_INFINITY;
  }

  add(index: LogIndex, write: PendingWrite): void {
    this.#byIndex.set(index, write);
  }

  /**
   * Removes and returns the request whose entry was committed. Null when no request waits for it,
   * or when the entry at that index is from another term.
   */
  take({ index, term }: Entry): Request | null {
    const write = this.#byIndex.get(index);
    if (write?.term !== term) return null;
    this.#byIndex.delete(index);
    return write.request;
  }

  /** Removes and returns all requests. */
  takeAll(): Request[] {
    const requests = [...this.#byIndex.values()].map((write) => write.request);
    this.#byIndex.clear();
    return requests;
  }

  /** Removes and returns the requests that have timed out. */
  takeExpired(nowMs: number): Request[] {
    const expired: Request[] = [];
    for (const [index, write] of this.#byIndex) {
      if (write.deadlineMs > nowMs) break;
      this.#byIndex.delete(index);
      expired.push(write.request);
    }
    return expired;
  }
}
