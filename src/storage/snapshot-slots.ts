/**
 * The list of the chunks in both slots of the database, without their bytes. It turns changes into
 * operations of a batch; store-content.ts writes them.
 */

import { type BatchOperation, chunkKey, type Slot } from './database.js';
import type { EncodedSnapshotChunk } from './snapshot-chunk.js';

/** A chunk that is in the database. */
export interface StoredChunk {
  /** The length of the chunk. */
  readonly bytes: number;
  /** The CRC-32C of all chunks up to and including this one. */
  readonly checksum: number;
}

/** Tracks the chunks of the snapshot in force, and the staged ones of the next snapshot. */
export class SnapshotSlots {
  #slot: Slot;
  #installedChunks: readonly StoredChunk[];
  #stagedChunks: StoredChunk[] = [];

  constructor(slot: Slot, installedChunks: readonly StoredChunk[]) {
    this.#slot = slot;
    this.#installedChunks = installedChunks;
  }

  /** The slot of the snapshot in force. */
  get slot(): Slot {
    return this.#slot;
  }

  get installedChunks(): readonly StoredChunk[] {
    return this.#installedChunks;
  }

  get stagedChunks(): readonly StoredChunk[] {
    return this.#stagedChunks;
  }

  /** Adds a chunk to the staged snapshot. Number 0 begins a new one and drops the staged chunks. */
  stage({ number, bytes, checksum }: EncodedSnapshotChunk): BatchOperation[] {
    const slot = otherSlot(this.#slot);
    const operations = number === 0 ? deleteChunkOperations(slot, this.#stagedChunks) : [];
    if (number === 0) this.#stagedChunks = [];
    this.#stagedChunks.push({ bytes: bytes.length, checksum });
    operations.push({ type: 'put', key: chunkKey({ slot, number }), value: bytes });
    return operations;
  }

  /** Replaces the snapshot in force by the staged one. */
  install(): BatchOperation[] {
    const operations = deleteChunkOperations(this.#slot, this.#installedChunks);
    this.#slot = otherSlot(this.#slot);
    this.#installedChunks = this.#stagedChunks;
    this.#stagedChunks = [];
    return operations;
  }
}

function otherSlot(slot: Slot): Slot {
  return slot === 0 ? 1 : 0;
}

function deleteChunkOperations(slot: Slot, chunks: readonly StoredChunk[]): BatchOperation[] {
  return chunks.map((_, number) => ({ type: 'del', key: chunkKey({ slot, number }) }));
}
