import { assertPresent, type ByteString } from '../base/index.js';
import type { Deadline } from './deadlines.js';

/** What stands in the store under a key. */
export interface StoreEntry {
  value: ByteString;
  deadline: Deadline | null;
  /** The latest snapshot that has taken or kept this entry, or began before it was there. */
  snapshotNumber: number;
}

/** A key as it was when the snapshot began. */
export interface KeyValue {
  readonly key: ByteString;
  readonly value: ByteString;
  /** In log time; null: it stays. */
  readonly deadlineMs: number | null;
}

/**
 * Copy on write: goes through the entries of a store in their order while they change, and gives
 * each as it was at the start. An entry that is about to change is kept until it is taken.
 */
export class StoreSnapshot {
  /** Of the start, with those that are past their deadline. */
  readonly keyCount: number;
  readonly #number: number;
  readonly #scan: Iterator<[ByteString, StoreEntry]>;
  readonly #kept: KeyValue[] = [];
  /** Entries of the start that are neither taken nor kept. All of them stand before newer ones. */
  #untouchedCount: number;

  constructor(entries: ReadonlyMap<ByteString, StoreEntry>, number: number) {
    this.keyCount = entries.size;
    this.#number = number;
    this.#scan = entries.entries();
    this.#untouchedCount = entries.size;
  }

  /** Called before the entry changes or goes. */
  keep(key: ByteString, entry: StoreEntry): void {
    if (this.#touch(entry)) this.#kept.push(copyOf(key, entry));
  }

  /**
   * Null at the end. It looks at one entry only: one that has changed stands for one that is kept,
   * since as many are kept as have changed. So no call is slow, however many changed in a row.
   */
  next(): KeyValue | null {
    if (this.#untouchedCount === 0) return this.#kept.pop() ?? null;
    const [key, entry]: [ByteString, StoreEntry] = this.#scan.next().value;
    if (this.#touch(entry)) return copyOf(key, entry);
    return assertPresent(this.#kept.pop(), 'an entry has changed and was not kept');
  }

  /** Tells whether this was the first time. */
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
