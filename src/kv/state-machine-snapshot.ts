import { assert, type ByteString } from '../base/index.js';
import { encodeBytes, encodeNumber } from './leb128.js';
import { encodeSessionReply } from './reply-codec.js';
import type { Session, Sessions } from './sessions.js';
import type { Store } from './store.js';
import type { KeyValue, StoreSnapshot } from './store-snapshot.js';

/**
 * The form of a snapshot: byte strings, each after its length in LEB128; numbers in decimal digits.
 * They are this version, the log time, the count of sessions, for each session its id, serial, last
 * use and reply (those used the longest ago first), the count of keys, and for each key, in no
 * order, itself, its deadline (empty: it has none) and its value.
 */
export const snapshotFormatVersion = 1;

/** A key and value of so many bytes together are written as one text: that is faster. */
const joinedBytesMax = 1024;

/** A slice ends with so many texts, however short, so that none takes long. */
const slicePiecesMax = 8192;

interface SnapshotSlice {
  /** At most the bytes asked for, and never empty. */
  readonly data: ByteString;
  readonly isLast: boolean;
}

/** A snapshot under way: the state as of its beginning, whatever is applied meanwhile. */
export class StateMachineSnapshot {
  readonly #store: Store;
  /** Null at the end. */
  #pieces: Iterator<ByteString, undefined> | null;
  /** What is written next: this text from `#at` on. */
  #piece: ByteString = '';
  #at = 0;

  constructor(store: Store, sessions: Sessions) {
    this.#store = store;
    this.#pieces = snapshotPieces(store.logTimeMs, [...sessions.values()], store.beginSnapshot());
    this.#advance();
  }

  /** The next slice. A value that is longer is cut over several. */
  take(bytesMax: number): SnapshotSlice {
    assert(bytesMax > 0, 'a slice needs room', bytesMax);
    assert(this.#pieces !== null, 'the snapshot is over');
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

  /** Forgets what was kept for it. */
  cancel(): void {
    if (this.#pieces === null) return;
    this.#pieces = null;
    this.#piece = '';
    this.#store.endSnapshot();
  }

  /** Until there is something to write, or nothing is left. */
  #advance(): void {
    while (this.#pieces !== null && this.#at === this.#piece.length) {
      const { done, value } = this.#pieces.next();
      this.#at = 0;
      if (done) this.cancel();
      else this.#piece = value;
    }
  }
}

function* snapshotPieces(
  logTimeMs: number,
  sessions: readonly Session[],
  keys: StoreSnapshot,
): Generator<ByteString, undefined> {
  yield encodeDigits(snapshotFormatVersion) + encodeDigits(logTimeMs);
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

/** Large strings are texts of their own, since to join them is to copy them. */
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
