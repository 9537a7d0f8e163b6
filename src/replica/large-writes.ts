/**
 * Writes that are too large for one entry of the log. A leader appends such a command in parts, a
 * few at a time, so that the writes of other clients are committed between them. How a command is
 * split and joined is in src/kv/command-parts.ts; other writes are in pending-writes.ts.
 */

import type { ByteString } from '../base/index.js';
import { CommandSplitter, encodeInPieces, encodePart } from '../kv/index.js';
import type { LogIndex } from '../raft/index.js';
import type { Request, RequestClient } from './request.js';

/** The number of parts that may wait for a quorum. They delay small writes behind them. */
const partsInflightMax = 4;
/** The size of the large commands that may wait. A single larger one may wait alone. */
const waitingBytesMax = 128 * 1024 * 1024;

/** What appending the parts needs of the leader. */
export interface PartLog {
  /** The highest index that is known to be committed. */
  readonly commitIndex: LogIndex;
  /** True when no entry may be appended now. */
  readonly isFull: boolean;
  readonly logTimeMs: number;
  append(data: ByteString): LogIndex;
}

/** A large write whose last part is in the log. */
interface AppendedWrite {
  readonly request: Request;
  /** The index of the last part. */
  readonly index: LogIndex;
}

/**
 * Large writes wait in a queue, and the first one is appended. A connection's later requests are
 * held until its large write is in the log, so that they stay behind it.
 *
 * A write leaves the queue only with its last part. Until then it cannot take effect: whoever drops
 * it may say so to its client.
 */
export class LargeWrites {
  readonly #partBytesMax: number;
  readonly #timeoutMs: number;
  readonly #queue: Request[] = [];
  #queuedBytes = 0;
  /** The parts of the first write. Null before it begins. */
  #splitter: CommandSplitter | null = null;
  /** The indexes of the parts that wait for a quorum, in rising order. */
  #inflight: LogIndex[] = [];
  #deadlineMs = Number.POSITIVE_INFINITY;
  readonly #held = new Map<RequestClient, Request[]>();

  constructor(partBytesMax: number, timeoutMs: number) {
    this.#partBytesMax = partBytesMax;
    this.#timeoutMs = timeoutMs;
  }

  /** When the writes time out: none of them got on for so long. Infinity when none waits. */
  get nextDeadlineMs(): number {
    return this.#deadlineMs;
  }

  isLarge(request: Request): boolean {
    return bytesOf(request) > this.#partBytesMax;
  }

  /** True when no more large writes may wait. */
  get isFull(): boolean {
    return this.#queuedBytes >= waitingBytesMax;
  }

  add(request: Request, nowMs: number): void {
    if (this.#queue.length === 0) this.#deadlineMs = nowMs + this.#timeoutMs;
    this.#queue.push(request);
    this.#queuedBytes += bytesOf(request);
    if (!this.#held.has(request.client)) this.#held.set(request.client, []);
  }

  /** Keeps a request behind the large write of its connection. Returns false without such one. */
  maybeHold(request: Request): boolean {
    const held = this.#held.get(request.client);
    held?.push(request);
    return held !== undefined;
  }

  /**
   * Appends the next parts, as far as the limits allow.
   * @returns The write whose last part was appended. Call again after its connection's requests,
   * which `release` returns, are handled. Null when no more can be appended now.
   */
  proceed(log: PartLog, nowMs: number): AppendedWrite | null {
    const [request] = this.#queue;
    if (!request) return null;
    const inflightBefore = this.#inflight.length;
    this.#inflight = this.#inflight.filter((index) => index > log.commitIndex);
    if (this.#inflight.length < inflightBefore) this.#deadlineMs = nowMs + this.#timeoutMs;
    while (this.#inflight.length < partsInflightMax && !log.isFull) {
      this.#splitter ??= this.#split(request, log.logTimeMs);
      const index = log.append(encodePart(this.#splitter.take(log.logTimeMs)));
      this.#inflight.push(index);
      if (!this.#splitter.isDone) continue;
      this.#splitter = null;
      this.#queue.shift();
      this.#queuedBytes -= bytesOf(request);
      this.#deadlineMs = this.#queue.length > 0 ? nowMs + this.#timeoutMs : Infinity;
      return { request, index };
    }
    return null;
  }

  #split({ command, session }: Request, logTimeMs: number): CommandSplitter {
    return new CommandSplitter(encodeInPieces(command, { logTimeMs, session }), this.#partBytesMax);
  }

  /** Removes and returns the requests that were held behind the large write of a connection. */
  release(client: RequestClient): readonly Request[] {
    const held = this.#held.get(client) ?? [];
    this.#held.delete(client);
    return held;
  }

  /** Removes and returns all large writes, and the requests that were held behind them. */
  takeAll(): readonly Request[] {
    const requests = [...this.#queue.splice(0), ...[...this.#held.values()].flat()];
    this.#held.clear();
    this.#queuedBytes = 0;
    this.#splitter = null;
    this.#inflight = [];
    this.#deadlineMs = Number.POSITIVE_INFINITY;
    return requests;
  }
}

function bytesOf({ command: { args } }: Request): number {
  return args.reduce((sum, arg) => sum + arg.length, 0);
}
