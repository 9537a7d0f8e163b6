import { Level } from 'level';
import { damaged } from '../codec/index.js';
import type { LogIndex } from '../raft/index.js';

/** Keys: a kind, and for a run its first and last index, big endian, so that runs sort as the log. */
const runKind = 1;
const metaKind = 2;

export type Database = Level<Uint8Array, Uint8Array>;

/** All runs stand before it. */
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

/**
 * LevelDB makes an empty database of a folder that lost its files, unless it is told not to. It
 * must not compress, so that `checkTable` can read its tables.
 */
export async function openDatabase(
  location: string,
  options: { readonly createIfMissing: boolean },
): Promise<Database> {
  const database: Database = new Level(location, {
    ...options,
    compression: false,
    keyEncoding: 'view',
    valueEncoding: 'view',
  });
  await database.open();
  return database;
}
