import { type ByteString, splitWords } from '../base/index.js';
import { parseCompleteValues } from './complete-values.js';
import { findLineFeed, incomplete, invalid } from './lines.js';
import { PendingBytes } from './pending-bytes.js';
import * as errors from './protocol-errors.js';
import type { RequestLimits } from './request-limits.js';
import { RequestScanner } from './request-scanner.js';

/** A command as it was sent, never empty: its name, then its arguments. */
export type RawRequest = readonly ByteString[];

export interface DecodedRequests {
  /** What came before the error: valid, to be run and answered. */
  readonly requests: readonly RawRequest[];
  /** For an error reply, after which the connection is closed; or null. */
  readonly error: string | null;
  /** The error is a sign of cross-protocol scripting: the connection is closed without a reply. */
  readonly isAttack: boolean;
}

const star = 42;

/**
 * What a server reads: arrays of bulk strings and inline commands, in any pieces. After an error
 * nothing more is decoded, save by new limits.
 */
export class RequestDecoder {
  readonly #pending = new PendingBytes();
  readonly #scanner: RequestScanner;
  #requests: RawRequest[] = [];
  #error: string | null = null;

  constructor(limits: RequestLimits) {
    this.#scanner = new RequestScanner(limits);
  }

  /**
   * A client may send AUTH and, in the same piece, a command that is too large for strangers. So an
   * error by the old limits is taken back: decode again, with no bytes, to go on at that command.
   */
  set limits(limits: RequestLimits) {
    this.#scanner.limits = limits;
    const { unauthenticatedCount, unauthenticatedLength } = errors;
    if (this.#error === unauthenticatedCount || this.#error === unauthenticatedLength) {
      this.#error = null;
    }
  }

  /** The strings are copies; `chunk` may be used again. */
  decode(chunk: Buffer): DecodedRequests {
    if (this.#error === null) {
      const bytes = this.#pending.join(chunk);
      this.#pending.keep(bytes, this.#decodeAll(bytes));
    }
    const requests = this.#requests;
    this.#requests = [];
    return { requests, error: this.#error, isAttack: this.#error === errors.crossProtocolAttack };
  }

  /** Where the first command begins that is not whole. */
  #decodeAll(bytes: Buffer): number {
    let at = 0;
    while (at < bytes.length && this.#error === null) {
      const start = at;
      at = bytes[at] === star ? this.#decodeArrays(bytes, at) : this.#decodeInline(bytes, at);
      if (at === start) break;
    }
    return at;
  }

  /** As many arrays as stand in a row are parsed at once: it is faster than one by one. */
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

  /** An empty array or line is no command. */
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

/** The first words of an HTTP request's first lines, which no Redis client sends. */
function isCrossProtocol(name: ByteString): boolean {
  if (name.length !== 4 && name.length !== 5) return false;
  const word = name.toLowerCase();
  return word === 'post' || word === 'host:';
}
