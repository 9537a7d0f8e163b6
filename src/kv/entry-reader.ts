/**
 * Reads numbers and bytes from a log entry. It differs from ByteReader in src/codec, which reads
 * bytes that may be damaged: an entry has passed its checksum, so a malformed one is a bug.
 */

import { assert, type ByteString } from '../base/index.js';
import { detachedSlice } from './detached-slice.js';
import { isEncodable } from './leb128.js';

/** @throws {LetoError} LETO_ASSERTION from any call, when the entry is malformed */
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
      assert(byte <= 0xff, 'a command ends inside a number', this.#at);
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
    assert(end <= this.#data.length, 'a command is truncated', this.#at, length);
    const bytes = detachedSlice(this.#data, this.#at, end);
    this.#at = end;
    return bytes;
  }

  /** Returns all bytes that are left, without a copy. */
  takeRest(): ByteString {
    const bytes = this.#data.slice(this.#at);
    this.#at = this.#data.length;
    return bytes;
  }

  checkEnd(): void {
    const { length } = this.#data;
    assert(this.#at === length, 'bytes follow the end of a command', this.#at, length);
  }
}
