/** Copy-on-write iteration over the entries of a store, which state-machine-snapshot.ts encodes. */

import { assertPresent, type ByteString } from '../base/index.js';
import type { Deadline } from './deadlines.js';

/** What the store holds for a key. */
export interface StoreEntry {
  value: ByteString;
  deadline: Deadline | null;
  /**
   * The number of the latest snapshot that is done with this entry: it has returned or kept the
   * entry, or it began before the entry existed.
   */
  snapshotNumber: number;
}

/** A key as it was when the snapshot began. */
export interface KeyValue {
  readonly key: ByteString;
  readonly value: ByteString;
  /** The deadline in ms of log time. Null when the key does not expire. */
  readonly deadlineMs: number | null;
}

/**
 * Returns each entry as it was at the start, in the order of the store's map, while the map
 * changes. An entry that is about to change is copied and kept until it is returned.
 */
export class StoreSnapshot {
  /** The number of keys at the start, including those that had expired but were not removed. */
  readonly keyCount: number;
  readonly #number: number;
  readonly #scan: Iterator<[ByteString, StoreEntry]>;
  readonly #kept: KeyValue[] = [];
  /** The entries from the start that are neither returned nor kept. They precede all newer ones. */
  #untouchedCount: number;

  constructor(entries: ReadonlyMap<ByteString, StoreEntry>, number: number) {
    this.keyCount = entries.size;
    this.#number = number;
    this.#scan = entries.entries();
    this.#untouchedCount = entries.size;
  }

  /** Keeps a copy of an entry. The store must call this before it changes or removes the entry. */
  keep(key: ByteString, entry: StoreEntry): void {
    if (this.#touch(entry)) this.#kept.push(copyOf(key, entry));
  }

  /**
   * Returns the next entry. Null at the end. When the entry that it meets has already been kept, it
   * returns any kept one instead of searching on, so that no call is slow. That suffices, since
   * every entry that was kept is met at most once.
   */
  next(): KeyValue | null {
    if (this.#untouchedCount === 0) return this.#kept.pop() ?? null;
    const [key, entry]: [ByteString, StoreEntry] = this.#scan.next().value;
    if (this.#touch(entry)) return copyOf(key, entry);
    return assertPresent(this.#kept.pop(), 'an entry changed without being kept');
  }

  /** Marks the entry as returned or kept. Returns false when it was marked before. */
  #touch(entry: StoreEntry): boolean {
    if (entry.snapshotNumber === this.#number) return false;
    entry.snapshotNumber = this.#number;
    this.#untouchedCount -= 1;
    return true;
  }
}

function copyOf(key: ByteString, { value, deadline }: StoreEntry): KeyValue {
  return { key, value, deadlineMs: deadline?.atMs ?? null };
}
