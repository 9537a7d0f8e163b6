/**
 * Writes a snapshot of the state machine slice by slice while entries are applied. Its storage and
 * transfer are Raft's (chapter 5); state-machine-restorer.ts reads it.
 */

import { assert, type ByteString } from '../base/index.js';
import { encodeBytes, encodeNumber } from './leb128.js';
import { encodeSessionReply } from './reply-codec.js';
import type { Session, Sessions } from './sessions.js';
import type { Store } from './store.js';
import type { KeyValue, StoreSnapshot } from './store-snapshot.js';

/**
 * The version of the format that has no parts of a command. A snapshot is a series of byte strings,
 * each after its length in LEB128; numbers are written in decimal digits. The strings are: the
 * version, the log time, the number of sessions; for each session, the least recently used first,
 * its id, serial, last use and reply; the number of keys; for each key, in no particular order, the
 * key, its deadline (empty when it has none) and its value.
 */
export const snapshotFormatVersion = 1;

/**
 * The version of the format that has them: after the log time come the number of parts and the
 * parts. A snapshot without parts is still written in the first version.
 */
export const snapshotFormatVersionWithParts = 2;

/** A key and value of up to this many bytes are joined to one piece, because that is faster. */
const joinedBytesMax = 1024;

/** The largest number of pieces in a slice, so that no slice takes long however short they are. */
const slicePiecesMax = 8192;

interface SnapshotSlice {
  /** The bytes of the slice: at least one, and at most as many as were requested. */
  readonly data: ByteString;
  readonly isLast: boolean;
}

/** Yields the state as it was when the snapshot began, whatever is applied meanwhile. */
export class StateMachineSnapshot {
  readonly #store: Store;
  /** The pieces that are left. Null when the snapshot is complete or was cancelled. */
  #pieces: Iterator<ByteString, undefined> | null;
  /** The current piece, of which the bytes from `#at` on are still to be written. */
  #piece: ByteString = '';
  #at = 0;

  /** `parts` are those of an unfinished command. */
  constructor(store: Store, sessions: Sessions, parts: readonly ByteString[]) {
    this.#store = store;
    const header = headerPieces(store.logTimeMs, [...parts]);
    this.#pieces = snapshotPieces(header, [...sessions.values()], store.beginSnapshot());
    this.#advance();
  }

  /** Returns the next slice of at most `bytesMax` bytes. A longer value spans several slices. */
  take(bytesMax: number): SnapshotSlice {
    assert(bytesMax > 0, 'a slice must hold at least one byte', bytesMax);
    assert(this.#pieces !== null, 'the snapshot has already ended');
    const parts: ByteString[] = [];
    let room = bytesMax;
    while (room > 0 && parts.length < slicePiecesMax && this.#pieces !== null) {
      const part = this.#piece.slice(this.#at, this.#at + room);
      parts.push(part);
      room -= part.length;
      this.#at += part.length;
      this.#advance();
    }
    return { data: parts.join(''), isLast: this.#pieces === null };
  }

  /** Ends the snapshot early and releases the memory it holds. Does nothing after its end. */
  cancel(): void {
    if (this.#pieces === null) return;
    this.#pieces = null;
    this.#piece = '';
    this.#store.endSnapshot();
  }

  /** Moves to the next piece that has bytes to write, or to the end. */
  #advance(): void {
    while (this.#pieces !== null && this.#at === this.#piece.length) {
      const { done, value } = this.#pieces.next();
      this.#at = 0;
      if (done) this.cancel();
      else this.#piece = value;
    }
  }
}

function* headerPieces(
  logTimeMs: number,
  parts: readonly ByteString[],
): Generator<ByteString, undefined> {
  const version = parts.length === 0 ? snapshotFormatVersion : snapshotFormatVersionWithParts;
  yield encodeDigits(version) + encodeDigits(logTimeMs);
  if (parts.length === 0) return;
  yield encodeDigits(parts.length);
  for (const part of parts) {
    yield encodeNumber(part.length);
    yield part;
  }
}

function* snapshotPieces(
  header: Generator<ByteString, undefined>,
  sessions: readonly Session[],
  keys: StoreSnapshot,
): Generator<ByteString, undefined> {
  yield* header;
  yield encodeDigits(sessions.length);
  for (const { id, serial, lastUsedMs, reply } of sessions) {
    yield encodeBytes(id) + encodeDigits(serial) + encodeDigits(lastUsedMs);
    yield encodeBytes(encodeSessionReply(reply));
  }
  yield encodeDigits(keys.keyCount);
  for (let entry = keys.next(); entry !== null; entry = keys.next()) {
    yield* keyPieces(entry);
  }
}

/** Large strings are pieces of their own, because joining would copy them. */
function* keyPieces({ key, deadlineMs, value }: KeyValue): Generator<ByteString, undefined> {
  const deadline = encodeBytes(deadlineMs === null ? '' : `${deadlineMs}`);
  if (key.length + value.length <= joinedBytesMax) {
    yield encodeBytes(key) + deadline + encodeBytes(value);
    return;
  }
  yield encodeNumber(key.length);
  yield key;
  yield deadline + encodeNumber(value.length);
  yield value;
}

function encodeDigits(value: number): ByteString {
  return encodeBytes(`${value}`);
}
