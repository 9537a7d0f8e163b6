/**
 * The layer between a store and LevelDB that simulates the faults of a disk (`DiskFault`). Real
 * faults pass through it; level-store.ts handles both alike.
 */

import { setTimeout as delay } from 'node:timers/promises';
import type { DiskFault } from '../control/index.js';
import type { BatchOperation, Database } from './database.js';

/** The size of a lying disk's cache. When it is full, the disk must write after all. */
const unsyncedBytesMax = 64 * 1024 * 1024;

/**
 * Reads and writes records, with the fault that is set. After a failed batch, real or simulated,
 * the content of the disk is unknown.
 */
export class FaultyDisk {
  readonly #database: Database;
  #fault: DiskFault = { type: 'ok' };
  #delayController = new AbortController();
  /** The operations that a lying disk has confirmed but not written, by key. Reads see them. */
  readonly #unsynced = new Map<string, BatchOperation>();
  #unsyncedBytes = 0;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Sets the fault of the next writes. A write that waits on a slow disk proceeds at once. */
  setFault(fault: DiskFault): void {
    this.#fault = fault;
    this.#delayController.abort();
    this.#delayController = new AbortController();
  }

  get(key: Uint8Array): Uint8Array | undefined {
    const operation = this.#unsynced.get(textOf(key));
    if (!operation) return this.#database.getSync(key);
    return operation.type === 'put' ? operation.value : undefined;
  }

  /** Writes one atomic batch, synced unless the disk lies. */
  async write(operations: readonly BatchOperation[]): Promise<void> {
    await this.#simulateFault();
    for (const operation of operations) this.#addUnsynced(operation);
    if (this.#fault.type !== 'lying' || this.#unsyncedBytes > unsyncedBytesMax) await this.flush();
  }

  /** Writes and syncs the operations that are held in memory. */
  async flush(): Promise<void> {
    if (this.#unsynced.size === 0) return;
    await this.#database.batch([...this.#unsynced.values()], { sync: true });
    this.discardUnsynced();
  }

  /** Drops the operations that are held in memory. Returns false when there are none. */
  discardUnsynced(): boolean {
    const { size } = this.#unsynced;
    this.#unsynced.clear();
    this.#unsyncedBytes = 0;
    return size > 0;
  }

  async close(): Promise<void> {
    await this.#database.close();
  }

  /** Throws with the texts of the system, so that messages match those of a real fault. */
  async #simulateFault(): Promise<void> {
    const fault = this.#fault;
    if (fault.type === 'full') throw new Error('No space left on device');
    if (fault.type === 'failing') throw new Error('Input/output error');
    if (fault.type !== 'slow') return;
    const { signal } = this.#delayController;
    await delay(fault.delayMs, undefined, { signal }).catch(() => {});
  }

  #addUnsynced(operation: BatchOperation): void {
    this.#unsynced.set(textOf(operation.key), operation);
    this.#unsyncedBytes += operation.type === 'put' ? operation.value.length : 0;
  }
}

function textOf(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset, key.length).toString('latin1');
}
