import { assert, assertPresent, type ByteString } from '../base/index.js';
import { Deadlines } from './deadlines.js';
import { type StoreEntry, StoreSnapshot } from './store-snapshot.js';

/** What a key is counted with beyond its own bytes and its value's: the map's slot, the objects. */
const keyOverheadBytes = 120;
const deadlineBytes = 80;

/** Keys past their deadline that one entry of the log removes; a write adds one at most. */
const removedPerEntryMax = 100;

/**
 * The keys and values, in memory (5.1); it counts what they take.
 *
 * A key whose deadline has come is as if it were not there. Time is log time, which moves with the
 * log alone: so all nodes agree. In a cluster that is idle the leader logs the time when one is due.
 */
export class Store {
  #entries = new Map<ByteString, StoreEntry>();
  #deadlines = new Deadlines();
  #logTimeMs = 0;
  #usedBytes = 0;
  #snapshot: StoreSnapshot | null = null;
  #snapshotNumber = 0;

  /** The highest in the log so far: the only clock of the state machine, in whole ms. */
  get logTimeMs(): number {
    return this.#logTimeMs;
  }

  /** When the next key goes, in log time; one that is past may wait to be removed. */
  get nextDeadlineMs(): number | null {
    return this.#deadlines.first?.atMs ?? null;
  }

  /** How many keys there are. */
  get size(): number {
    return this.#entries.size - this.#deadlines.countPassed(this.#logTimeMs);
  }

  /** How many of them have a deadline. */
  get expiringSize(): number {
    return this.#deadlines.size - this.#deadlines.countPassed(this.#logTimeMs);
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  get(key: ByteString): ByteString | undefined {
    return this.#find(key)?.value;
  }

  has(key: ByteString): boolean {
    return this.#find(key) !== undefined;
  }

  /** In log time; null where the key stays, or is not there. */
  deadlineMs(key: ByteString): number | null {
    return this.#find(key)?.deadline?.atMs ?? null;
  }

  set(key: ByteString, value: ByteString, deadlineMs: number | null = null): void {
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      entry = { value, deadline: null, snapshotNumber: this.#snapshotNumber };
      this.#usedBytes += key.length + value.length + keyOverheadBytes;
      this.#entries.set(key, entry);
    } else {
      this.#snapshot?.keep(key, entry);
      this.#usedBytes += value.length - entry.value.length;
      entry.value = value;
    }
    this.#setDeadline(key, entry, deadlineMs);
  }

  /** Tells whether the key was there. */
  setDeadline(key: ByteString, deadlineMs: number | null): boolean {
    const entry = this.#find(key);
    if (entry === undefined) return false;
    this.#snapshot?.keep(key, entry);
    this.#setDeadline(key, entry, deadlineMs);
    return true;
  }

  /** Tells whether the key was there. */
  delete(key: ByteString): boolean {
    const entry = this.#find(key);
    if (entry === undefined) return false;
    this.#remove(key, entry);
    return true;
  }

  /** A snapshot under way goes on with the map that is left to it. */
  clear(): void {
    this.#entries = new Map();
    this.#deadlines = new Deadlines();
    this.#usedBytes = 0;
  }

  advanceTo(logTimeMs: number): void {
    this.#logTimeMs = logTimeMs;
  }

  /** Frees some of the keys whose deadline has come. Called with each entry of the log. */
  removeExpired(): void {
    for (let count = 0; count < removedPerEntryMax; count += 1) {
      const { first } = this.#deadlines;
      if (!first || first.atMs > this.#logTimeMs) return;
      this.#remove(first.key, assertPresent(this.#entries.get(first.key), 'a deadline has no key'));
    }
  }

  *entries(): IterableIterator<[ByteString, ByteString]> {
    for (const [key, entry] of this.#entries)
      if (this.#isUnexpired(entry)) yield [key, entry.value];
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

  #find(key: ByteString): StoreEntry | undefined {
    const entry = this.#entries.get(key);
    return entry !== undefined && this.#isUnexpired(entry) ? entry : undefined;
  }

  #isUnexpired({ deadline }: StoreEntry): boolean {
    return deadline === null || deadline.atMs > this.#logTimeMs;
  }

  #setDeadline(key: ByteString, entry: StoreEntry, deadlineMs: number | null): void {
    if ((entry.deadline?.atMs ?? null) === deadlineMs) return;
    this.#dropDeadline(entry);
    if (deadlineMs === null) return;
    entry.deadline = this.#deadlines.add(key, deadlineMs);
    this.#usedBytes += deadlineBytes;
  }

  #dropDeadline(entry: StoreEntry): void {
    if (entry.deadline === null) return;
    this.#deadlines.remove(entry.deadline);
    this.#usedBytes -= deadlineBytes;
    entry.deadline = null;
  }

  #remove(key: ByteString, entry: StoreEntry): void {
    this.#snapshot?.keep(key, entry);
    this.#dropDeadline(entry);
    this.#usedBytes -= key.length + entry.value.length + keyOverheadBytes;
    this.#entries.delete(key);
  }
}
