/**
 * Reads numbers and bytes from a log entry. It differs from ByteReader in src/codec, which reads
 * bytes that may be damaged: an entry has passed its checksum, so a malformed one is a bug.
 */

import { assert, type ByteString } from '../base/index.js';
import type { CommandReader } from './command-reader.js';
import { detachedSlice } from './detached-slice.js';
import { decodeNumber } from './leb128.js';

/** @throws {LetoError} LETO_ASSERTION from any call, when the entry is malformed */
export class EntryReader implements CommandReader {
  readonly #data: ByteString;
  #at: number;

  constructor(data: ByteString, at: number) {
    this.#data = data;
    this.#at = at;
  }

  takeNumber(): number {
    const byte = this.#takeByte();
    // Most numbers are small.
    return byte < 0x80 ? byte : decodeNumber(byte, () => this.#takeByte());
  }

  #takeByte(): number {
    const byte = this.#data.charCodeAt(this.#at);
    this.#at += 1;
    return byte;
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
