import { assert } from '../base/assert.js';
import type { ByteString } from '../base/bytes.js';

/** A whole number as LEB128: seven bits a byte, the lowest first, the top bit says "more". */
export function encodeNumber(value: number): ByteString {
  if (value < 0x80) return String.fromCharCode(value);
  let bytes = '';
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) {
    bytes += String.fromCharCode((rest % 0x80) | 0x80);
  }
  return bytes + String.fromCharCode(rest);
}

/** The bytes after their length. */
export function encodeBytes(bytes: ByteString): ByteString {
  return encodeNumber(bytes.length) + bytes;
}

/** Whether a number is one that `encodeNumber` can take and a reader gives back. */
export function isEncodable(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/** Takes numbers and bytes from the front of a log entry. It stops the node where they end early. */
export class EntryReader {
  readonly #data: ByteString;
  #at: number;

  constructor(data: ByteString, at: number) {
    this.#data = data;
    this.#at = at;
  }

  takeNumber(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 0x80) {
      const byte = this.#data.charCodeAt(this.#at);
      assert(byte <= 0xff, 'a command ends in a number', this.#at);
      this.#at += 1;
      value += (byte & 0x7f) * factor;
      if (byte >= 0x80) continue;
      assert(isEncodable(value), 'a command holds a number that is too large', value);
      return value;
    }
  }

  takeBytes(): ByteString {
    const length = this.takeNumber();
    const end = this.#at + length;
    assert(end <= this.#data.length, 'a command is cut short', this.#at, length);
    const bytes = sliceOf(this.#data, this.#at, end);
    this.#at = end;
    return bytes;
  }

  checkEnd(): void {
    const { length } = this.#data;
    assert(this.#at === length, 'bytes left over after a command', this.#at, length);
  }
}

/**
 * V8 gives a slice of 13 chars or more as a view of the whole, and keeps the whole alive with it.
 * This one is copied where it would keep much alive.
 */
export function sliceOf(whole: ByteString, from: number, to: number): ByteString {
  const slice = whole.slice(from, to);
  const keepsMuchAlive = slice.length >= 13 && whole.length > 2 * slice.length + 256;
  return keepsMuchAlive ? ` ${slice}`.slice(1) : slice;
}
