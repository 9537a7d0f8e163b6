/**
 * The LevelDB database of a node: its keys and how it is opened. The values are in run-record.ts,
 * meta-record.ts and snapshot-chunk.ts.
 */

import { Level } from 'level';
import { damaged } from '../codec/index.js';
import type { LogIndex } from '../raft/index.js';

/**
 * A key begins with one of these bytes. Then follow, for a run its first and last index, and for a
 * chunk its slot and number, all big-endian so that keys sort in the order of the log and of the
 * snapshot.
 */
const runKind = 1;
const metaKind = 2;
const chunkKind = 3;

/** The number of bytes that LevelDB reads ahead in an iteration. */
export const readAheadBytes = 256 * 1024;

export type Database = Level<Uint8Array, Uint8Array>;

export type BatchOperation =
  | { readonly type: 'put'; readonly key: Uint8Array; readonly value: Uint8Array }
  | { readonly type: 'del'; readonly key: Uint8Array };

/** One slot holds the snapshot in force, while the next snapshot is written to the other. */
export type Slot = 0 | 1;

/** The key of the meta record. All runs sort before it, and all chunks after it. */
export const metaKey: Uint8Array = Uint8Array.of(metaKind);

interface IndexRange {
  readonly firstIndex: LogIndex;
  readonly lastIndex: LogIndex;
}

export function runKey({ firstIndex, lastIndex }: IndexRange): Uint8Array {
  const key = Buffer.alloc(17);
  key[0] = runKind;
  key.writeBigUInt64BE(BigInt(firstIndex), 1);
  key.writeBigUInt64BE(BigInt(lastIndex), 9);
  return key;
}

/** @throws {LetoError} LETO_DATA_DAMAGED for any other key */
export function parseRunKey(bytes: Uint8Array): IndexRange {
  if (bytes.length !== 17 || bytes[0] !== runKind) throw damaged('it holds an unknown record');
  const key = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    firstIndex: Number(key.readBigUInt64BE(1)) as LogIndex,
    lastIndex: Number(key.readBigUInt64BE(9)) as LogIndex,
  };
}

interface ChunkLocation {
  readonly slot: Slot;
  readonly number: number;
}

export function chunkKey({ slot, number }: ChunkLocation): Uint8Array {
  const key = Buffer.alloc(6);
  key[0] = chunkKind;
  key[1] = slot;
  key.writeUInt32BE(number, 2);
  return key;
}

/** @throws {LetoError} LETO_DATA_DAMAGED for any other key */
export function parseChunkKey(bytes: Uint8Array): ChunkLocation {
  const [kind, slot] = bytes;
  const isKnown = bytes.length === 6 && kind === chunkKind && (slot === 0 || slot === 1);
  if (!isKnown) throw damaged('it holds an unknown record');
  return { slot, number: new DataView(bytes.buffer, bytes.byteOffset).getUint32(2) };
}

/**
 * Opens the database at `location`. Without `createIfMissing: false`, LevelDB would create an empty
 * database in a folder that has lost its files.
 */
export async function openDatabase(
  location: string,
  options: { readonly createIfMissing: boolean },
): Promise<Database> {
  const database: Database = new Level(location, {
    ...options,
    // `checkTable` reads the tables itself, and cannot decompress them.
    compression: false,
    keyEncoding: 'view',
    valueEncoding: 'view',
  });
  await database.open();
  return database;
}
