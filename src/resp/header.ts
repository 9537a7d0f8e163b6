/** Reads the headers of RESP values, such as `*3` and `$64`. For whole lines see lines.ts. */

import { carriageReturn, findLineBreak, invalid, lineFeed } from './lines.js';

/** The result for every number below zero, since all of them mean the same. */
export const negative = -4;

const zero = 48;
const plainDigitsMax = 8;
const strictIntegerPattern = /^(0|-?[1-9][0-9]{0,18})$/;

/** Reads one header at a time. Its number must have the strict form that Redis demands. */
export class HeaderReader {
  /** The position after the CR LF of the last header that was read. */
  end = 0;

  /**
   * Returns the number in the header at `start`, or one of `negative`, `incomplete`, `tooLong` and
   * `invalid`.
   */
  read(bytes: Buffer, start: number): number {
    const first = start + 1;
    const stop = Math.min(bytes.length - 1, first + plainDigitsMax);
    let number = 0;
    let at = first;
    for (; at < stop; at += 1) {
      const digit = (bytes[at] as number) - zero;
      if (digit < 0 || digit > 9) break;
      number = number * 10 + digit;
    }
    const isPlain = at === first + 1 || (at > first && bytes[first] !== zero);
    if (!isPlain || bytes[at] !== carriageReturn || bytes[at + 1] !== lineFeed) {
      return this.#readSlow(bytes, start);
    }
    this.end = at + 2;
    return number;
  }

  /** Handles every header that the fast path does not: partial, long, negative or wrong. */
  #readSlow(bytes: Buffer, start: number): number {
    const lineBreak = findLineBreak(bytes, start);
    if (lineBreak < 0) return lineBreak;
    this.end = lineBreak + 2;
    const text = bytes.toString('latin1', start + 1, lineBreak);
    if (!strictIntegerPattern.test(text)) return invalid;
    return text.startsWith('-') ? negative : Number(text);
  }
}
