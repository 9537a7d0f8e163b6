import { type ByteString, LetoError, valueBytesMax } from '../base/index.js';
import { detachedSlice } from './detached-slice.js';

/** @throws {LetoError} LETO_DATA_DAMAGED */
export function checkSnapshot(condition: unknown, what: string): asserts condition {
  if (condition) return;
  throw new LetoError(
    'LETO_DATA_DAMAGED',
    `the snapshot of the keys is damaged: ${what}; the state can't be taken from it, so restore ` +
      'the data folder from a copy, or remove this node and add a new one',
  );
}

/** Cuts the slices of a snapshot into its byte strings again, wherever they were cut. */
export class SnapshotFields {
  /** What has come of a string that goes on in the next slice. */
  #pieces: ByteString[] = [];
  #missingBytes = 0;
  /** What has come of a length; the next seven bits of it count so much. */
  #length = 0;
  #factor = 1;

  get isBetweenFields(): boolean {
    return this.#missingBytes === 0 && this.#factor === 1;
  }

  /** Every string that is whole with this slice. None of them keeps the slice in memory. */
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

  /** Joined once, at the end: to add each piece to the last ones would be quadratic. */
  #takePieces(): ByteString {
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces.length === 1 ? (pieces[0] as ByteString) : pieces.join('');
  }
}
