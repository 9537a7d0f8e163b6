import type { Entry, LogIndex, Term } from '../raft/index.js';
import type { Request } from './request.js';

interface PendingWrite {
  readonly request: Request;
  readonly term: Term;
  readonly deadlineMs: number;
}

/** Writes that are in this leader's log and whose clients wait, oldest first. */
export class PendingWrites {
  readonly #byIndex = new Map<LogIndex, PendingWrite>();

  get size(): number {
    return this.#byIndex.size;
  }

  /** When the next one has waited too long. */
  get nextDeadlineMs(): number {
    const [oldest] = this.#byIndex.values();
    return oldest?.deadlineMs ?? Number.POSITIVE_INFINITY;
  }

  add(index: LogIndex, write: PendingWrite): void {
    this.#byIndex.set(index, write);
  }

  /** The client of a committed entry, if it is still there and the entry is its own. */
  take({ index, term }: Entry): Request | null {
    const write = this.#byIndex.get(index);
    if (write?.term !== term) return null;
    this.#byIndex.delete(index);
    return write.request;
  }

  takeAll(): Request[] {
    const requests = [...this.#byIndex.values()].map((write) => write.request);
    this.#byIndex.clear();
    return requests;
  }

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
