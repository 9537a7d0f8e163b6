/**
 * Decodes what clients send to a node: arrays of bulk strings and inline commands, cut anywhere.
 * Whether a command exists, and its arity, is checked in src/server.
 */

import { type ByteString, splitWords } from '../base/index.js';
import { parseCompleteValues } from './complete-values.js';
import { findLineFeed, incomplete, invalid } from './lines.js';
import { PendingBytes } from './pending-bytes.js';
import * as errors from './protocol-errors.js';
import type { RequestLimits } from './request-limits.js';
import { RequestScanner } from './request-scanner.js';

/** A command as it was sent: its name, then its arguments. It is never empty. */
export type RawRequest = readonly ByteString[];

export interface DecodedRequests {
  /** The valid commands, all of them before the error. They are to be run and answered. */
  readonly requests: readonly RawRequest[];
  /** The text of the error reply after which the connection is closed. Null when there is none. */
  readonly error: string | null;
  /** True when a browser seems to be the sender: the connection is closed without a reply. */
  readonly isAttack: boolean;
}

const star = 42;

/** Decodes the chunks of one connection. After an error nothing more is decoded. */
export class RequestDecoder {
  readonly #pending = new PendingBytes();
  readonly #scanner: RequestScanner;
  #requests: RawRequest[] = [];
  #error: string | null = null;

  constructor(limits: RequestLimits) {
    this.#scanner = new RequestScanner(limits);
  }

  /**
   * Changes the limits. A client may send AUTH and, in the same chunk, a command that exceeds the
   * pre-auth limits, so this clears the error that those limits caused. Call `decode` with an empty
   * chunk to retry that command.
   */
  set limits(limits: RequestLimits) {
    this.#scanner.limits = limits;
    const { unauthenticatedCount, unauthenticatedLength } = errors;
    if (this.#error === unauthenticatedCount || this.#error === unauthenticatedLength) {
      this.#error = null;
    }
  }

  /** Returns the commands that `chunk` completes. They are copies, so `chunk` may be reused. */
  decode(chunk: Buffer): DecodedRequests {
    if (this.#error === null) {
      const bytes = this.#pending.join(chunk);
      this.#pending.keep(bytes, this.#decodeAll(bytes));
    }
    const requests = this.#requests;
    this.#requests = [];
    return { requests, error: this.#error, isAttack: this.#error === errors.crossProtocolAttack };
  }

  /** Returns the start of the first incomplete command. */
  #decodeAll(bytes: Buffer): number {
    let at = 0;
    while (at < bytes.length && this.#error === null) {
      const start = at;
      at = bytes[at] === star ? this.#decodeArrays(bytes, at) : this.#decodeInline(bytes, at);
      if (at === start) break;
    }
    return at;
  }

  /** Parses consecutive arrays at once, which is faster than one by one. */
  #decodeArrays(bytes: Buffer, start: number): number {
    let at = start;
    let count = 0;
    while (at < bytes.length && bytes[at] === star) {
      const end = this.#scanner.scan(bytes, at);
      if (end === invalid) this.#error = this.#scanner.error;
      if (end < 0) break;
      at = end;
      count += 1;
    }
    if (count === 0) return start;
    for (const request of parseCompleteValues(bytes.subarray(start, at), count, sliceArgument)) {
      this.#take(request as RawRequest | null);
    }
    return at;
  }

  #decodeInline(bytes: Buffer, start: number): number {
    const end = findLineFeed(bytes, start);
    if (end < 0) {
      if (end !== incomplete) this.#error = errors.inlineTooLong;
      return start;
    }
    const words = splitWords(bytes.toString('latin1', start, end));
    if (words) this.#take(words);
    else this.#error = errors.unbalancedQuotes;
    return end + 1;
  }

  /** Adds a command. Empty arrays and lines are ignored. */
  #take(request: RawRequest | null): void {
    const name = request?.[0];
    if (name === undefined || this.#error === errors.crossProtocolAttack) return;
    if (isCrossProtocol(name)) this.#error = errors.crossProtocolAttack;
    else this.#requests.push(request as RawRequest);
  }
}

function sliceArgument(this: Buffer, from: number, to: number): ByteString {
  return this.toString('latin1', from, to);
}

/** True for words that begin the lines of an HTTP request and that no Redis client sends. */
function isCrossProtocol(name: ByteString): boolean {
  if (name.length !== 4 && name.length !== 5) return false;
  const word = name.toLowerCase();
  return word === 'post' || word === 'host:';
}
