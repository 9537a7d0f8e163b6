import { type BatchOperation, chunkKey, type Slot } from './database.js';
import type { EncodedSnapshotChunk } from './snapshot-chunk.js';

export interface StoredChunk {
  readonly bytes: number;
  /** CRC-32C of all chunks up to and with this one. */
  readonly checksum: number;
}

/** The chunks of the snapshot in force, and beside them those of the one that is being written. */
export class SnapshotSlots {
  #slot: Slot;
  #installedChunks: readonly StoredChunk[];
  #stagedChunks: StoredChunk[] = [];

  constructor(slot: Slot, installedChunks: readonly StoredChunk[]) {
    this.#slot = slot;
    this.#installedChunks = installedChunks;
  }

  /** That of the snapshot in force. */
  get slot(): Slot {
    return this.#slot;
  }

  get installedChunks(): readonly StoredChunk[] {
    return this.#installedChunks;
  }

  get stagedChunks(): readonly StoredChunk[] {
    return this.#stagedChunks;
  }

  /** Number 0 begins a new snapshot: what was written of another goes. */
  stage({ number, bytes, checksum }: EncodedSnapshotChunk): BatchOperation[] {
    const slot = otherSlot(this.#slot);
    const operations = number === 0 ? deleteChunkOperations(slot, this.#stagedChunks) : [];
    if (number === 0) this.#stagedChunks = [];
    this.#stagedChunks.push({ bytes: bytes.length, checksum });
    operations.push({ type: 'put', key: chunkKey({ slot, number }), value: bytes });
    return operations;
  }

  /** The snapshot that was staged takes the place of the one in force. */
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
