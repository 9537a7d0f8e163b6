/**
 * Checks that bytes are a valid RESP2 reply within the limits, before complete-values.ts parses it.
 */

import { valueBytesMax } from '../base/index.js';
import { HeaderReader, negative } from './header.js';
import { findLineBreak, incomplete, invalid, lineBreakEnd } from './lines.js';
import { replyBytesMax } from './reply-limits.js';

const nestingMax = 32;

const plus = 43;
const minus = 45;
const colon = 58;
const dollar = 36;
const star = 42;

/**
 * Finds the end of a reply and checks it on the way. When a reply arrives in pieces the scanner
 * remembers how far it has come, so that no byte is checked twice.
 */
export class ReplyScanner {
  readonly #header = new HeaderReader();
  /** How many bytes of the current reply have been checked. */
  #scanned = 0;
  /** The number of items that each open array still lacks, the innermost array last. */
  readonly #itemsLeft: number[] = [];

  /**
   * Returns the end of the reply at `start`, or `incomplete` or `invalid`. After `incomplete` the
   * next scan must be given the same reply with more bytes.
   */
  scan(bytes: Buffer, start: number): number {
    let at = start + this.#scanned;
    do {
      const end = bytes[at] === star ? this.#openArray(bytes, at) : this.#scanItem(bytes, at);
      if (end < 0) {
        this.#scanned = at - start;
        return end === incomplete && bytes.length - start <= replyBytesMax ? incomplete : invalid;
      }
      at = end;
    } while (this.#itemsLeft.length > 0);
    this.#scanned = 0;
    return at;
  }

  /** Returns the end of the array's header, where its items begin. */
  #openArray(bytes: Buffer, at: number): number {
    const count = this.#header.read(bytes, at);
    if (count < 0 && count !== negative) return count;
    if (count > 0) this.#itemsLeft.push(count);
    else this.#closeItem();
    return this.#itemsLeft.length > nestingMax ? invalid : this.#header.end;
  }

  #scanItem(bytes: Buffer, at: number): number {
    const end = this.#itemEnd(bytes, at);
    if (end >= 0) this.#closeItem();
    return end;
  }

  #itemEnd(bytes: Buffer, at: number): number {
    if (at === bytes.length) return incomplete;
    const type = bytes[at];
    if (type === plus || type === minus) {
      const lineBreak = findLineBreak(bytes, at);
      return lineBreak < 0 ? lineBreak : lineBreak + 2;
    }
    if (type !== colon && type !== dollar) return invalid;
    const number = this.#header.read(bytes, at);
    if (number < 0 && number !== negative) return number;
    if (type === colon || number === negative) return this.#header.end;
    return number > valueBytesMax ? invalid : lineBreakEnd(bytes, this.#header.end + number);
  }

  /** Counts one complete item, and closes the arrays that it completes. */
  #closeItem(): void {
    for (let depth = this.#itemsLeft.length - 1; depth >= 0; depth -= 1) {
      const left = (this.#itemsLeft[depth] as number) - 1;
      this.#itemsLeft[depth] = left;
      if (left > 0) return;
      this.#itemsLeft.pop();
    }
  }
}
