/**
 * The keys and values of the state machine, in memory (5.1), with an estimate of the memory they
 * take. The commands on them are in the *-command(s).ts files.
 */

import { assert, assertPresent, type ByteString } from '../base/index.js';
import { Deadlines } from './deadlines.js';
import { type StoreEntry, StoreSnapshot } from './store-snapshot.js';

/** The estimated memory of a key beyond its bytes and its value's: the map's slot, the objects. */
const keyOverheadBytes = 120;
const deadlineBytes = 80;

/**
 * The most expired keys that are removed with one entry of the log. A write adds at most one key
 * with a deadline, so removal keeps up.
 */
const removedPerEntryMax = 100;

/**
 * A map of keys with optional deadlines. A key whose deadline has passed counts as absent, even
 * before it is removed.
 *
 * Deadlines are in log time, which only entries of the log advance, so that all nodes agree. When
 * a key is due in an idle cluster, the leader logs an entry that advances the time.
 */
export class Store {
  #entries = new Map<ByteString, StoreEntry>();
  #deadlines = new Deadlines();
  #logTimeMs = 0;
  #usedBytes = 0;
  #snapshot: StoreSnapshot | null = null;
  #snapshotNumber = 0;

  /** The highest log time that was applied, in whole ms. */
  get logTimeMs(): number {
    return this.#logTimeMs;
  }

  /**
   * The time at which the next key expires, in ms of log time. It may have passed when expired keys
   * are still to be removed. Null when no key has a deadline.
   */
  get nextDeadlineMs(): number | null {
    return this.#deadlines.first?.atMs ?? null;
  }

  /** The number of keys, without those that have expired. */
  get size(): number {
    return this.#entries.size - this.#deadlines.countPassed(this.#logTimeMs);
  }

  /** The number of those keys that have a deadline. */
  get expiringSize(): number {
    return this.#deadlines.size - this.#deadlines.countPassed(this.#logTimeMs);
  }

  /** The estimated memory of all keys, in bytes, including expired ones until they are removed. */
  get usedBytes(): number {
    return this.#usedBytes;
  }

  get(key: ByteString): ByteString | undefined {
    return this.#find(key)?.value;
  }

  has(key: ByteString): boolean {
    return this.#find(key) !== undefined;
  }

  /** Returns when a key expires, in ms of log time. Null when it never expires or is absent. */
  deadlineMs(key: ByteString): number | null {
    return this.#find(key)?.deadline?.atMs ?? null;
  }

  /** Sets a key's value and replaces its deadline. */
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

  /** Changes a key's deadline; null removes it. Returns whether the key exists. */
  setDeadline(key: ByteString, deadlineMs: number | null): boolean {
    const entry = this.#find(key);
    if (entry === undefined) return false;
    this.#snapshot?.keep(key, entry);
    this.#setDeadline(key, entry, deadlineMs);
    return true;
  }

  /** Deletes a key. Returns whether it existed. */
  delete(key: ByteString): boolean {
    const entry = this.#find(key);
    if (entry === undefined) return false;
    this.#remove(key, entry);
    return true;
  }

  /** Removes all keys. A snapshot in progress continues with the old map. */
  clear(): void {
    this.#entries = new Map();
    this.#deadlines = new Deadlines();
    this.#usedBytes = 0;
  }

  advanceTo(logTimeMs: number): void {
    this.#logTimeMs = logTimeMs;
  }

  /** Removes some of the expired keys. It must be called once for each applied entry. */
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
    assert(this.#snapshot === null, 'another snapshot is in progress');
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
