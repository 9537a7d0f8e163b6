/**
 * Splits the slices of a snapshot into its fields. Their meaning is state-machine-restorer.ts's.
 */

import { type ByteString, LetoError, valueBytesMax } from '../base/index.js';
import { detachedSlice } from './detached-slice.js';

/**
 * Checks a condition that every undamaged snapshot fulfils. `what` says what is wrong otherwise.
 * @throws {LetoError} LETO_DATA_DAMAGED when the condition does not hold
 */
export function checkSnapshot(condition: unknown, what: string): asserts condition {
  if (condition) return;
  throw new LetoError(
    'LETO_DATA_DAMAGED',
    `the snapshot of the keys is damaged: ${what}; restore the data folder from a copy, or ` +
      'remove this node and add a new one',
  );
}

/** Reads length-prefixed byte strings from slices that may be cut anywhere. */
export class SnapshotFields {
  /** The pieces of a string that continues in the next slice. */
  #pieces: ByteString[] = [];
  #missingBytes = 0;
  /** The part of a length that has been read; its next seven bits are multiplied by `#factor`. */
  #length = 0;
  #factor = 1;

  get isBetweenFields(): boolean {
    return this.#missingBytes === 0 && this.#factor === 1;
  }

  /** Yields the strings that this slice completes. None of them keeps the slice in memory. */
  *take(data: ByteString): Generator<ByteString, undefined> {
    for (let at = 0; at < data.length; ) {
      if (this.#missingBytes === 0) {
        const isWhole = this.#takeLengthByte(data.charCodeAt(at));
        at += 1;
        if (isWhole && this.#missingBytes === 0) yield '';
        continue;
      }
      const piece = detachedSlice(data, at, Math.min(data.length, at + this.#missingBytes));
      at += piece.length;
      this.#missingBytes -= piece.length;
      this.#pieces.push(piece);
      if (this.#missingBytes === 0) yield this.#takePieces();
    }
  }

  #takeLengthByte(byte: number): boolean {
    this.#length += (byte & 0x7f) * this.#factor;
    this.#factor *= 0x80;
    checkSnapshot(this.#length <= valueBytesMax, 'a length is too large');
    checkSnapshot(this.#factor <= 0x80 * valueBytesMax, 'a length has no end');
    if (byte >= 0x80) return false;
    this.#missingBytes = this.#length;
    this.#length = 0;
    this.#factor = 1;
    return true;
  }

  /** Does not copy the pieces: V8 does so when the chars of the string are first read. */
  #takePieces(): ByteString {
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces.reduce((string, piece) => string + piece, '');
  }
}
