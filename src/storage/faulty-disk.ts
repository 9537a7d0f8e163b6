import { setTimeout as delay } from 'node:timers/promises';
import type { DiskFault } from '../control/index.js';
import type { BatchOperation, Database } from './database.js';

/** A lying disk's cache: where it is full, the disk must write for once. */
const unsyncedBytesMax = 64 * 1024 * 1024;

/**
 * Stands between a store and LevelDB, and does to writes what a bad disk does. It faces real
 * faults too: where a batch fails, nobody knows what of it the disk holds.
 */
export class FaultyDisk {
  readonly #database: Database;
  #fault: DiskFault = { type: 'ok' };
  #delayController = new AbortController();
  /** What a lying disk has confirmed and not written, by key; reads see it. */
  readonly #unsynced = new Map<string, BatchOperation>();
  #unsyncedBytes = 0;

  constructor(database: Database) {
    this.#database = database;
  }

  /** From the next write on; one that waits on a slow disk waits no longer. */
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

  /** One atomic batch, synced unless the disk lies. */
  async write(operations: readonly BatchOperation[]): Promise<void> {
    await this.#simulateFault();
    for (const operation of operations) this.#addUnsynced(operation);
    if (this.#fault.type !== 'lying' || this.#unsyncedBytes > unsyncedBytesMax) await this.flush();
  }

  /** Writes what is held. */
  async flush(): Promise<void> {
    if (this.#unsynced.size === 0) return;
    await this.#database.batch([...this.#unsynced.values()], { sync: true });
    this.discardUnsynced();
  }

  /** Loses what is held, if anything is. */
  discardUnsynced(): boolean {
    const { size } = this.#unsynced;
    this.#unsynced.clear();
    this.#unsyncedBytes = 0;
    return size > 0;
  }

  async close(): Promise<void> {
    await this.#database.close();
  }

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
