import { assert } from '../base/assert.js';
import type { ByteString } from '../base/bytes.js';
import { type Entry, StoreSnapshot } from './store-snapshot.js';

/** What a key is counted with beyond its own bytes and its value's: the map's slot, the objects. */
const keyOverheadBytes = 120;

/** The keys and values, in memory (5.1); it counts what they take. */
export class Store {
  #entries = new Map<ByteString, Entry>();
  #usedBytes = 0;
  #snapshot: StoreSnapshot | null = null;
  #snapshotNumber = 0;

  get size(): number {
    return this.#entries.size;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  get(key: ByteString): ByteString | undefined {
    return this.#entries.get(key)?.value;
  }

  has(key: ByteString): boolean {
    return this.#entries.has(key);
  }

  set(key: ByteString, value: ByteString): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) {
      this.#usedBytes += key.length + value.length + keyOverheadBytes;
      this.#entries.set(key, { value, snapshotNumber: this.#snapshotNumber });
      return;
    }
    this.#snapshot?.keep(key, entry);
    this.#usedBytes += value.length - entry.value.length;
    entry.value = value;
  }

  /** Tells whether the key was there. */
  delete(key: ByteString): boolean {
    const entry = this.#entries.get(key);
    if (entry === undefined) return false;
    this.#snapshot?.keep(key, entry);
    this.#usedBytes -= key.length + entry.value.length + keyOverheadBytes;
    return this.#entries.delete(key);
  }

  /** A snapshot under way goes on with the map that is left to it. */
  clear(): void {
    this.#entries = new Map();
    this.#usedBytes = 0;
  }

  *entries(): IterableIterator<[ByteString, ByteString]> {
    for (const [key, { value }] of this.#entries) yield [key, value];
  }

  beginSnapshot(): StoreSnapshot {
    assert(this.#snapshot === null, 'a snapshot is under way');
    this.#snapshotNumber += 1;
    this.#snapshot = new StoreSnapshot(this.#entries, this.#snapshotNumber);
    return this.#snapshot;
  }

  endSnapshot(): void {
    this.#snapshot = null;
  }
}
