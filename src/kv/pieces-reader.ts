/**
 * Reads numbers and bytes from a large command that lies in several pieces. A command in one piece
 * is read by entry-reader.ts, which is faster.
 */

import { assert, assertPresent, type ByteString } from '../base/index.js';
import type { CommandReader } from './command-reader.js';
import { detachedSlice } from './detached-slice.js';
import { decodeNumber } from './leb128.js';

/**
 * Does not join the pieces: V8 copies a string that is put together by `+` only when its chars are
 * read. So a value of 64 MiB takes no copy in the turn in which it is applied.
 * @throws {LetoError} LETO_ASSERTION from any call, when the command is malformed
 */
export class PiecesReader implements CommandReader {
  /** None of them is empty. */
  readonly #pieces: readonly ByteString[];
  /** The piece with the next byte, and the position of that byte in it. */
  #piece = 0;
  #at = 0;

  constructor(pieces: readonly ByteString[]) {
    this.#pieces = pieces;
  }

  takeNumber(): number {
    return decodeNumber(this.#takeByte(), () => this.#takeByte());
  }

  takeBytes(): ByteString {
    let bytes = '';
    for (let missing = this.takeNumber(); missing > 0; ) {
      const piece = this.#currentPiece();
      const end = Math.min(piece.length, this.#at + missing);
      bytes += detachedSlice(piece, this.#at, end);
      missing -= end - this.#at;
      this.#advance(piece, end - this.#at);
    }
    return bytes;
  }

  checkEnd(): void {
    assert(this.#piece === this.#pieces.length, 'bytes follow the end of a command', this.#piece);
  }

  #takeByte(): number {
    const piece = this.#currentPiece();
    const byte = piece.charCodeAt(this.#at);
    this.#advance(piece, 1);
    return byte;
  }

  #currentPiece(): ByteString {
    return assertPresent(this.#pieces[this.#piece], 'a command is truncated');
  }

  #advance(piece: ByteString, bytes: number): void {
    this.#at += bytes;
    if (this.#at < piece.length) return;
    this.#piece += 1;
    this.#at = 0;
  }
}
