/** A chunk of a snapshot in the form in which it is stored and transferred between threads. */

import type { SnapshotChunk } from '../raft/index.js';

/** A `SnapshotChunk` whose bytes are in a buffer of their own, which can be transferred. */
export interface EncodedSnapshotChunk {
  readonly number: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly checksum: number;
  readonly isLast: boolean;
}

export function encodeSnapshotChunk({ data, ...chunk }: SnapshotChunk): EncodedSnapshotChunk {
  const bytes = Buffer.allocUnsafeSlow(data.length);
  bytes.write(data, 'latin1');
  return { ...chunk, bytes };
}

export function decodeSnapshotChunk({ bytes, ...chunk }: EncodedSnapshotChunk): SnapshotChunk {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  return { ...chunk, data };
}
