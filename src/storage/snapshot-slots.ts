import { chunkKey, type Operation, type Slot } from './database.js';
import type { EncodedSnapshotChunk } from './snapshot-chunk.js';

export interface StoredChunk {
  readonly bytes: number;
  /** CRC-32C of all chunks up to and with this one. */
  readonly checksum: number;
}

/** The chunks of the snapshot in force, and beside them those of the one that is being written. */
export class SnapshotSlots {
  #slot: Slot;
  #inForce: readonly StoredChunk[];
  #staged: StoredChunk[] = [];

  constructor(slot: Slot, inForce: readonly StoredChunk[]) {
    this.#slot = slot;
    this.#inForce = inForce;
  }

  /** That of the snapshot in force. */
  get slot(): Slot {
    return this.#slot;
  }

  get inForce(): readonly StoredChunk[] {
    return this.#inForce;
  }

  get staged(): readonly StoredChunk[] {
    return this.#staged;
  }

  /** Number 0 begins a new snapshot: what was written of another goes. */
  stage({ number, bytes, checksum }: EncodedSnapshotChunk): Operation[] {
    const slot = otherSlot(this.#slot);
    const operations = number === 0 ? removeAll(slot, this.#staged) : [];
    if (number === 0) this.#staged = [];
    this.#staged.push({ bytes: bytes.length, checksum });
    operations.push({ type: 'put', key: chunkKey({ slot, number }), value: bytes });
    return operations;
  }

  /** The snapshot that was staged takes the place of the one in force. */
  install(): Operation[] {
    const operations = removeAll(this.#slot, this.#inForce);
    this.#slot = otherSlot(this.#slot);
    this.#inForce = this.#staged;
    this.#staged = [];
    return operations;
  }
}

function otherSlot(slot: Slot): Slot {
  return slot === 0 ? 1 : 0;
}

function removeAll(slot: Slot, chunks: readonly StoredChunk[]): Operation[] {
  return chunks.map((_, number) => ({ type: 'del', key: chunkKey({ slot, number }) }));
}
