/** Checks the snapshot in a database, chunk by chunk; used by verify-database.ts. */

import { crc32c } from '../base/index.js';
import { damaged } from '../codec/index.js';
import { parseChunkKey } from './database.js';
import type { SnapshotMeta } from './meta-record.js';
import type { StoredChunk } from './snapshot-slots.js';

/**
 * Checks the numbers of the chunks of the snapshot in force, and their count, length and checksum
 * against the meta record. Call `take` for each chunk in order, then `end`.
 * @throws {LetoError} LETO_DATA_DAMAGED, from `take` and `end`
 */
export class SnapshotVerifier {
  readonly chunks: StoredChunk[] = [];
  /** The keys of the chunks in the other slot, left by a snapshot that was not finished. */
  readonly leftovers: Uint8Array[] = [];
  readonly #meta: SnapshotMeta;
  #bytes = 0;
  #checksum = 0;

  constructor(meta: SnapshotMeta) {
    this.#meta = meta;
  }

  take(key: Uint8Array, bytes: Uint8Array): void {
    const { slot, number } = parseChunkKey(key);
    if (slot !== this.#meta.slot) {
      this.leftovers.push(key);
      return;
    }
    if (number !== this.chunks.length)
      throw damaged(`its snapshot lacks chunk ${this.chunks.length}`);
    this.#checksum = crc32c(bytes, 0, bytes.length, this.#checksum);
    this.#bytes += bytes.length;
    this.chunks.push({ bytes: bytes.length, checksum: this.#checksum });
  }

  end(): void {
    const { chunkCount: chunks, bytes, checksum } = this.#meta;
    if (this.chunks.length !== chunks || this.#bytes !== bytes) {
      throw damaged(
        `its snapshot was written with ${bytes} bytes in ${chunks} chunks, ` +
          `but has ${this.#bytes} in ${this.chunks.length}`,
      );
    }
    if (this.#checksum !== checksum) throw damaged('the checksum of its snapshot is wrong');
  }
}
