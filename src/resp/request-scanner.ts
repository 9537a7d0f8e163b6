/**
 * Checks that bytes are a valid command within the limits, before complete-values.ts parses it.
 * Inline commands do not pass here.
 */

import { commandBytesMax } from '../base/index.js';
import { HeaderReader, negative } from './header.js';
import { incomplete, invalid, lineBreakEnd, tooLong } from './lines.js';
import * as errors from './protocol-errors.js';
import { type RequestLimits, requestLimits } from './request-limits.js';

const dollar = 36;

/**
 * Finds the end of a command, and checks that it is a flat array of bulk strings. When a command
 * arrives in pieces the scanner remembers how far it has come, so that no byte is checked twice.
 */
export class RequestScanner {
  limits: RequestLimits;
  /** The error reply for the last scan that returned `invalid`. */
  error = '';
  readonly #header = new HeaderReader();
  /** How many bytes of the current command have been checked. */
  #scanned = 0;
  #argumentsLeft = 0;
  #argumentBytes = 0;

  constructor(limits: RequestLimits) {
    this.limits = limits;
  }

  /**
   * Returns the end of the command whose `*` is at `start`, or `incomplete` or `invalid`. In both
   * cases the next scan must be given the same command, with more bytes or under other limits.
   */
  scan(bytes: Buffer, start: number): number {
    let at = start + this.#scanned;
    if (this.#scanned === 0) {
      const count = this.#readCount(bytes, start);
      if (count < 0) return count;
      this.#argumentsLeft = count;
      this.#argumentBytes = 0;
      at = this.#header.end;
    }
    for (; this.#argumentsLeft > 0; this.#argumentsLeft -= 1) {
      const end = this.#readArgument(bytes, at);
      if (end < 0) {
        this.#scanned = at - start;
        return end;
      }
      at = end;
    }
    this.#scanned = 0;
    return at;
  }

  /** Returns the number of arguments. A negative count is taken for zero, as in Redis. */
  #readCount(bytes: Buffer, at: number): number {
    const count = this.#header.read(bytes, at);
    if (count === incomplete) return incomplete;
    if (count === negative) return 0;
    if (count === tooLong) return this.#fail(errors.countLineTooLong);
    if (count < 0 || count > requestLimits.argumentCountMax) return this.#fail(errors.badCount);
    if (count > this.limits.argumentCountMax) return this.#fail(errors.unauthenticatedCount);
    return count;
  }

  /** Returns the end of the argument at `at`, or `incomplete` or `invalid`. */
  #readArgument(bytes: Buffer, at: number): number {
    if (at === bytes.length) return incomplete;
    const type = bytes[at] as number;
    if (type !== dollar) return this.#fail(errors.expectedBulk(type));
    const length = this.#header.read(bytes, at);
    if (length === incomplete) return incomplete;
    if (length === tooLong) return this.#fail(errors.lengthLineTooLong);
    if (length < 0 || length > requestLimits.argumentBytesMax) return this.#fail(errors.badLength);
    if (length > this.limits.argumentBytesMax) return this.#fail(errors.unauthenticatedLength);
    if (this.#argumentBytes + length > commandBytesMax) return this.#fail(errors.commandTooLong);
    const end = lineBreakEnd(bytes, this.#header.end + length);
    if (end === invalid) return this.#fail(errors.missingBulkCrlf);
    if (end !== incomplete) this.#argumentBytes += length;
    return end;
  }

  #fail(error: string): number {
    this.error = error;
    return invalid;
  }
}
