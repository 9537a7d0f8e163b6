import { carriageReturn, findLineBreak, invalid, lineFeed } from './lines.js';

/** Stands for every number below zero, because they all mean the same. */
export const negative = -4;

const zero = 48;
const plainDigitsMax = 8;
const strictIntegerPattern = /^(0|-?[1-9][0-9]{0,18})$/;

/** Reads headers as `*3` and `$64`, with a number in Redis's own strict form. */
export class HeaderReader {
  /** Where the header that was read last ends, behind its CR LF. */
  end = 0;

  /** The number of the header at `start`; or `negative`, `incomplete`, `tooLong`, `invalid`. */
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

  /** A header that is cut off, long, below zero or wrong. */
  #readSlow(bytes: Buffer, start: number): number {
    const lineBreak = findLineBreak(bytes, start);
    if (lineBreak < 0) return lineBreak;
    this.end = lineBreak + 2;
    const text = bytes.toString('latin1', start + 1, lineBreak);
    if (!strictIntegerPattern.test(text)) return invalid;
    return text.startsWith('-') ? negative : Number(text);
  }
}
