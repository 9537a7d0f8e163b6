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
 * Finds the end of a RESP2 reply, and proves it to be valid and within the limits. It keeps its
 * place in a reply that arrives in pieces, counted from where the reply begins.
 */
export class ReplyScanner {
  readonly #header = new HeaderReader();
  #scanned = 0;
  /** How many items each open array lacks, the innermost last. */
  readonly #itemsLeft: number[] = [];

  /**
   * The end of the reply at `start`; or `incomplete`, and then the next scan must be given the same
   * reply with more bytes; or `invalid`.
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

  /** Where the header ends; the items follow it. */
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

  /** An item is whole, and with it perhaps the arrays around it. */
  #closeItem(): void {
    for (let depth = this.#itemsLeft.length - 1; depth >= 0; depth -= 1) {
      const left = (this.#itemsLeft[depth] as number) - 1;
      this.#itemsLeft[depth] = left;
      if (left > 0) return;
      this.#itemsLeft.pop();
    }
  }
}
