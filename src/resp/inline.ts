import type { ByteString } from '../base/bytes.js';
import { carriageReturn } from './lines.js';

const doubleQuote = 34;
const singleQuote = 39;
const backslash = 92;
const letterX = 120;
const tab = 9;
const space = 32;
const hexPair = /^[0-9a-f]{2}$/i;

/** What a letter behind a backslash stands for; any other byte stands for itself. */
const escapes: ReadonlyMap<number, number> = new Map(
  Object.entries({ n: '\n', r: '\r', t: '\t', b: '\b', a: '\u0007' }).map(([letter, control]) => [
    letter.charCodeAt(0),
    control.charCodeAt(0),
  ]),
);

/**
 * The words of an inline command, as Redis splits them: "..." knows \n \r \t \b \a \xHH \\ \",
 * '...' knows \', and a closing quote ends the word. Null where quotes are unbalanced.
 */
export function splitInline(line: Buffer): ByteString[] | null {
  return new InlineSplitter(line).split();
}

class InlineSplitter {
  readonly #line: Buffer;
  #at = 0;
  /** The word under way: never longer than its line. */
  readonly #word: Buffer;
  #wordLength = 0;

  constructor(line: Buffer) {
    this.#line = line;
    this.#word = Buffer.allocUnsafe(line.length);
  }

  split(): ByteString[] | null {
    const words: ByteString[] = [];
    for (;;) {
      while (isBlank(this.#line[this.#at])) this.#at += 1;
      if (this.#at === this.#line.length) return words;
      this.#wordLength = 0;
      if (!this.#takeWord()) return null;
      words.push(this.#word.toString('latin1', 0, this.#wordLength));
    }
  }

  /** Plain bytes, and at the end perhaps a quoted piece. */
  #takeWord(): boolean {
    for (; this.#at < this.#line.length; this.#at += 1) {
      const byte = this.#line[this.#at] as number;
      if (byte === space || byte === tab || byte === carriageReturn) return true;
      if (byte === doubleQuote || byte === singleQuote) return this.#takeQuoted(byte);
      this.#put(byte);
    }
    return true;
  }

  #takeQuoted(quote: number): boolean {
    this.#at += 1;
    while (this.#at < this.#line.length) {
      const byte = this.#line[this.#at] as number;
      this.#at += 1;
      if (byte === quote) return this.#at === this.#line.length || isBlank(this.#line[this.#at]);
      if (byte !== backslash || this.#at === this.#line.length) this.#put(byte);
      else if (quote === doubleQuote) this.#takeEscape();
      else this.#takeQuoteEscape();
    }
    return false;
  }

  /** What follows a backslash between double quotes. */
  #takeEscape(): void {
    const letter = this.#line[this.#at] as number;
    const pair = this.#line.toString('latin1', this.#at + 1, this.#at + 3);
    if (letter === letterX && hexPair.test(pair)) {
      this.#put(Number.parseInt(pair, 16));
      this.#at += 3;
    } else {
      this.#put(escapes.get(letter) ?? letter);
      this.#at += 1;
    }
  }

  /** Between single quotes a backslash stands for itself, save before a single quote. */
  #takeQuoteEscape(): void {
    const isQuote = this.#line[this.#at] === singleQuote;
    this.#put(isQuote ? singleQuote : backslash);
    if (isQuote) this.#at += 1;
  }

  #put(byte: number): void {
    this.#word[this.#wordLength] = byte;
    this.#wordLength += 1;
  }
}

function isBlank(byte: number | undefined): boolean {
  return byte === space || (byte !== undefined && byte >= tab && byte <= carriageReturn);
}
