/** Writes the binary form of records and messages, which byte-reader.ts reads. */

import type { ByteString } from '../base/index.js';

const initialBytes = 64 * 1024;
/** A scratch buffer that has grown beyond this is released after use. */
const keptBytesMax = 1024 * 1024;

/** Builds a buffer piece by piece. After `take` the same writer starts the next buffer. */
export class ByteWriter {
  #scratch = Buffer.allocUnsafeSlow(initialBytes);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  uint8(value: number): void {
    this.#reserve(1);
    this.#scratch[this.#length] = value;
    this.#length += 1;
  }

  uint32(value: number): void {
    this.#reserve(4);
    this.#length = this.#scratch.writeUInt32LE(value, this.#length);
  }

  /** Writes an integer from 0 to 2^53 - 1 as LEB128: seven bits a byte, the lowest first. */
  varint(value: number): void {
    this.#reserve(8);
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) {
      this.#scratch[this.#length] = (rest % 0x80) | 0x80;
      this.#length += 1;
    }
    this.#scratch[this.#length] = rest;
    this.#length += 1;
  }

  /** Writes the length as a varint and then the bytes. */
  bytes(bytes: ByteString): void {
    this.varint(bytes.length);
    this.#reserve(bytes.length);
    this.#length += this.#scratch.write(bytes, this.#length, 'latin1');
  }

  /** Returns a view of what has been written, for a checksum. It is valid until the next write. */
  peek(from = 0): Uint8Array {
    return this.#scratch.subarray(from, this.#length);
  }

  /**
   * Returns a copy of what has been written and empties the writer. The copy has a buffer of its
   * own, so the caller may transfer it to another thread.
   */
  take(): Uint8Array<ArrayBuffer> {
    const taken = new Uint8Array(this.#length);
    taken.set(this.#scratch.subarray(0, this.#length));
    this.#length = 0;
    if (this.#scratch.length > keptBytesMax) this.#scratch = Buffer.allocUnsafeSlow(initialBytes);
    return taken;
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#scratch.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#scratch.length * 2));
    grown.set(this.#scratch.subarray(0, this.#length));
    this.#scratch = grown;
  }
}
