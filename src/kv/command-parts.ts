/**
 * Splits a large command into several log entries and gathers them again, so that no entry takes a
 * node long to encode, write, send or receive. What a command contains is the matter of codec.ts.
 */

import { assert, type ByteString } from '../base/index.js';
import { EntryReader } from './entry-reader.js';
import { encodeNumber } from './leb128.js';

/** One part of a command, as a log entry holds it. */
interface CommandPart {
  /** The leader's log time, in whole milliseconds. */
  readonly logTimeMs: number;
  /** The position among the parts, from 0 on. */
  readonly number: number;
  readonly count: number;
  readonly bytes: ByteString;
}

/** A part is encoded as this version byte, the log time, its number, the count, and its bytes. */
const partVersion = '\u0003';

export function encodePart({ logTimeMs, number, count, bytes }: CommandPart): ByteString {
  return partVersion + [logTimeMs, number, count].map(encodeNumber).join('') + bytes;
}

/** Returns the part that an entry holds. Null when it holds something else. */
export function decodePart(data: ByteString): CommandPart | null {
  if (!data.startsWith(partVersion)) return null;
  const reader = new EntryReader(data, partVersion.length);
  const logTimeMs = reader.takeNumber();
  const number = reader.takeNumber();
  const count = reader.takeNumber();
  return { logTimeMs, number, count, bytes: reader.takeRest() };
}

/** Cuts a command into parts of `partBytesMax` bytes, one at a time. The last may be smaller. */
export class CommandSplitter {
  readonly count: number;
  readonly #partBytesMax: number;
  readonly #pieces: readonly ByteString[];
  /** The piece with the next byte, and the position of that byte in it. */
  #piece = 0;
  #at = 0;
  #number = 0;

  /** `pieces` are the encoded command. Their bytes are not joined, only sliced. */
  constructor(pieces: readonly ByteString[], partBytesMax: number) {
    this.#pieces = pieces;
    this.#partBytesMax = partBytesMax;
    const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
    this.count = Math.ceil(bytes / partBytesMax);
  }

  get isDone(): boolean {
    return this.#number === this.count;
  }

  /** Returns the next part. Must not be called when `isDone`. */
  take(logTimeMs: number): CommandPart {
    let bytes = '';
    for (;;) {
      const piece = this.#pieces[this.#piece];
      const missingBytes = this.#partBytesMax - bytes.length;
      if (piece === undefined || missingBytes === 0) break;
      bytes += piece.slice(this.#at, this.#at + missingBytes);
      this.#at += missingBytes;
      if (this.#at < piece.length) break;
      this.#piece += 1;
      this.#at = 0;
    }
    const number = this.#number;
    this.#number += 1;
    return { logTimeMs, number, count: this.count, bytes };
  }
}

/**
 * Gathers the parts of a command as they are applied. Other entries may stand between them.
 *
 * A leader appends the parts of one command after the other. It may drop a command that it has
 * begun, and may lose its term between two parts. So part 0 begins a new command, and a new term
 * ends the one that is unfinished: in both cases its last part is in no log, so it never runs.
 */
export class CommandParts {
  #parts: ByteString[];

  /** `unfinished` is what a snapshot holds of a command. */
  constructor(unfinished: readonly ByteString[] = []) {
    this.#parts = [...unfinished];
  }

  /** The parts so far of the command that is not complete yet. */
  get unfinished(): readonly ByteString[] {
    return this.#parts;
  }

  /**
   * Takes the next part that is applied. Returns the parts of the whole command when it is the last
   * one, and null otherwise.
   * @throws {LetoError} LETO_ASSERTION when the part before it was not applied
   */
  take({ number, count, bytes }: CommandPart): readonly ByteString[] | null {
    if (number === 0) this.clear();
    assert(number === this.#parts.length, 'a part of a command is missing', number, count);
    this.#parts.push(bytes);
    if (number < count - 1) return null;
    const parts = this.#parts;
    this.#parts = [];
    return parts;
  }

  /** Drops the unfinished command. */
  clear(): void {
    if (this.#parts.length > 0) this.#parts = [];
  }
}
