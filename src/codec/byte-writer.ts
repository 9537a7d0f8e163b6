import type { ByteString } from '../base/index.js';

const initialBytes = 64 * 1024;
/** A larger scratch buffer than this is given back after use. */
const keptBytesMax = 1024 * 1024;

/** Builds a buffer piece by piece. One writer serves for many buffers, one after the other. */
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

  /** LEB128: seven bits a byte, the lowest first; for whole numbers from 0 to 2^53 - 1. */
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

  /** The bytes after their length. */
  bytes(bytes: ByteString): void {
    this.varint(bytes.length);
    this.#reserve(bytes.length);
    this.#length += this.#scratch.write(bytes, this.#length, 'latin1');
  }

  /** What has been written so far, valid until the next write: for a checksum. */
  peek(from = 0): Uint8Array {
    return this.#scratch.subarray(from, this.#length);
  }

  /** What has been written, in memory of its own, so that it may be posted or transferred. */
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
