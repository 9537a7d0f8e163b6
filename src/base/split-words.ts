/**
 * Splits one line into words with the quoting rules of Redis. Inline commands and the terminal UI
 * share it. The array form of RESP is parsed in src/resp.
 */

import type { ByteString } from './bytes.js';

const hexPair = /^[0-9a-f]{2}$/i;

/** The byte that each escape letter stands for; any other byte after a backslash is itself. */
const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  a: '\u0007',
};

/**
 * Returns the words of a command as Redis and redis-cli split them: "..." may hold the escapes
 * \n \r \t \b \a \xHH \\ \", '...' may hold \', and a closing quote ends the word.
 * Returns null when quotes are unbalanced.
 *
 * @example
 * splitWords('set a "b c"'); // ['set', 'a', 'b c']
 */
export function splitWords(line: ByteString): ByteString[] | null {
  return new Splitter(line).split();
}

class Splitter {
  readonly #line: ByteString;
  #at = 0;
  /** The part of the current word that has been read. */
  #word = '';

  constructor(line: ByteString) {
    this.#line = line;
  }

  split(): ByteString[] | null {
    const words: ByteString[] = [];
    for (;;) {
      while (isSpace(this.#line[this.#at])) this.#at += 1;
      if (this.#at === this.#line.length) return words;
      this.#word = '';
      if (!this.#takeWord()) return null;
      words.push(this.#word);
    }
  }

  /**
   * Reads one word: plain bytes, optionally followed by a quoted piece that ends the word.
   * Returns false when the quote is unbalanced.
   */
  #takeWord(): boolean {
    for (; this.#at < this.#line.length; this.#at += 1) {
      const byte = this.#line[this.#at] as string;
      if (byte === ' ' || byte === '\t' || byte === '\r') return true;
      if (byte === '"' || byte === "'") return this.#takeQuoted(byte);
      this.#word += byte;
    }
    return true;
  }

  #takeQuoted(quote: string): boolean {
    this.#at += 1;
    while (this.#at < this.#line.length) {
      const byte = this.#line[this.#at] as string;
      this.#at += 1;
      if (byte === quote) return this.#at === this.#line.length || isSpace(this.#line[this.#at]);
      if (byte !== '\\' || this.#at === this.#line.length) this.#word += byte;
      else if (quote === '"') this.#takeEscape();
      else this.#takeQuoteEscape();
    }
    return false;
  }

  /** Reads what follows a backslash between double quotes. */
  #takeEscape(): void {
    const letter = this.#line[this.#at] as string;
    const pair = this.#line.slice(this.#at + 1, this.#at + 3);
    if (letter === 'x' && hexPair.test(pair)) {
      this.#word += String.fromCharCode(Number.parseInt(pair, 16));
      this.#at += 3;
    } else {
      this.#word += Object.hasOwn(escapes, letter) ? escapes[letter] : letter;
      this.#at += 1;
    }
  }

  /** Between single quotes a backslash is a plain byte unless a single quote follows it. */
  #takeQuoteEscape(): void {
    const isQuote = this.#line[this.#at] === "'";
    this.#word += isQuote ? "'" : '\\';
    if (isQuote) this.#at += 1;
  }
}

function isSpace(byte: string | undefined): boolean {
  return byte === ' ' || (byte !== undefined && byte >= '\t' && byte <= '\r');
}
