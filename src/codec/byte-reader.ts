/**
 * Reads the binary form that byte-writer.ts writes. Bytes from a disk or a network may be anything,
 * so every read checks for the end of the buffer.
 */

import { type ByteString, LetoError } from '../base/index.js';

/**
 * Reads values in the order in which they were written.
 * @throws {LetoError} LETO_DATA_DAMAGED from any read, when the bytes end early or are malformed
 */
export class ByteReader {
  readonly #buffer: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The offset of the next byte to read. */
  get at(): number {
    return this.#at;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#buffer.length;
  }

  uint8(): number {
    this.#need(1);
    const value = this.#buffer[this.#at] as number;
    this.#at += 1;
    return value;
  }

  uint32(): number {
    this.#need(4);
    const value = this.#buffer.readUInt32LE(this.#at);
    this.#at += 4;
    return value;
  }

  /** Reads a LEB128 number from 0 to 2^53 - 1. */
  varint(): number {
    let value = 0;
    for (let factor = 1; factor <= 2 ** 49; factor *= 0x80) {
      const byte = this.uint8();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80 && value <= Number.MAX_SAFE_INTEGER) return value;
    }
    throw damaged('a number is too large');
  }

  /** Reads a length and then that many bytes. */
  bytes(): ByteString {
    const length = this.varint();
    this.#need(length);
    const bytes = this.#buffer.toString('latin1', this.#at, this.#at + length);
    this.#at += length;
    return bytes;
  }

  #need(bytes: number): void {
    if (this.#at + bytes > this.#buffer.length) throw damaged('the data ends too early');
  }
}

/** Returns, without throwing it, the error for data that cannot be read. */
export function damaged(what: string): LetoError {
  return new LetoError('LETO_DATA_DAMAGED', what);
}
