/**
 * The meta record of the database: its content and its binary form. It holds the hard state, and
 * what the log and the snapshot beside it must look like.
 */

import { crc32c } from '../base/index.js';
import {
  ByteReader,
  type ByteWriter,
  damaged,
  readConfiguration,
  readText,
  writeConfiguration,
  writeText,
} from '../codec/index.js';
import {
  beforeLog,
  type HardState,
  type LogBase,
  type LogIndex,
  type NodeId,
  nodeId,
  noTerm,
  type Term,
} from '../raft/index.js';
import { dataOfOtherVersion } from './data-errors.js';
import type { Slot } from './database.js';

const formatVersion = 1;
const checksumBytes = 4;

/** The snapshot in force, and what its chunks must add up to. */
export interface SnapshotMeta {
  readonly lastIncluded: LogBase;
  readonly slot: Slot;
  readonly chunkCount: number;
  readonly bytes: number;
  /** The CRC-32C of all its bytes; 0 when there are none. */
  readonly checksum: number;
}

/**
 * The content of the meta record. Every batch writes it anew. So if LevelDB silently drops a batch
 * from the middle, the remaining log does not match the checksum in a later meta record.
 */
export interface MetaRecord {
  readonly storeId: string;
  /** The number of writes since the store was created. */
  readonly writes: number;
  readonly hardState: HardState;
  readonly snapshot: SnapshotMeta;
  readonly base: LogBase;
  /** The checksum of the run before the first kept run; 0 when there was none. */
  readonly baseChecksum: number;
  readonly lastIndex: LogIndex;
  /** The checksum of the last run, which covers the whole log; `baseChecksum` without runs. */
  readonly logChecksum: number;
}

const emptyBase: LogBase = {
  index: beforeLog,
  term: noTerm,
  configuration: { voters: [], learners: [] },
};

/** Returns the meta record of a store that has not been initialized yet. */
export function newMeta(storeId: string): MetaRecord {
  return {
    storeId,
    writes: 0,
    hardState: { currentTerm: noTerm, votedFor: null },
    snapshot: emptySnapshot(emptyBase),
    base: emptyBase,
    baseChecksum: 0,
    lastIndex: beforeLog,
    logChecksum: 0,
  };
}

/** Returns the snapshot without chunks that a new cluster begins with. */
export function emptySnapshot(point: LogBase): SnapshotMeta {
  return { lastIncluded: point, slot: 0, chunkCount: 0, bytes: 0, checksum: 0 };
}

export function encodeMeta(writer: ByteWriter, meta: MetaRecord): Uint8Array {
  const { hardState } = meta;
  writer.uint8(formatVersion);
  writeText(writer, meta.storeId);
  writer.varint(meta.writes);
  writer.varint(hardState.currentTerm);
  writeText(writer, hardState.votedFor ?? '');
  writeSnapshot(writer, meta.snapshot);
  writeLogBase(writer, meta.base);
  writer.uint32(meta.baseChecksum);
  writer.varint(meta.lastIndex);
  writer.uint32(meta.logChecksum);
  writer.uint32(crc32c(writer.peek()));
  return writer.take();
}

/**
 * Decodes a meta record; `location` is only named in errors.
 * @throws {LetoError} LETO_DATA_DAMAGED, or LETO_DATA_FOREIGN for an unknown format version
 */
export function decodeMeta(location: string, bytes: Uint8Array): MetaRecord {
  const end = bytes.length - checksumBytes;
  const isWhole = end > 0 && new ByteReader(bytes.subarray(end)).uint32() === crc32c(bytes, 0, end);
  // In every version the checksum is at the end, so damage is never mistaken for another version.
  if (!isWhole) throw damaged('the checksum of its meta record is wrong');
  const reader = new ByteReader(bytes);
  const found = reader.uint8();
  if (found !== formatVersion) throw dataOfOtherVersion(location, found, formatVersion);
  return {
    storeId: readText(reader),
    writes: reader.varint(),
    hardState: { currentTerm: reader.varint() as Term, votedFor: readVote(reader) },
    snapshot: readSnapshot(reader),
    base: readLogBase(reader),
    baseChecksum: reader.uint32(),
    lastIndex: reader.varint() as LogIndex,
    logChecksum: reader.uint32(),
  };
}

function readVote(reader: ByteReader): NodeId | null {
  const id = readText(reader);
  return id === '' ? null : nodeId(id);
}

function writeSnapshot(writer: ByteWriter, snapshot: SnapshotMeta): void {
  writeLogBase(writer, snapshot.lastIncluded);
  writer.uint8(snapshot.slot);
  writer.varint(snapshot.chunkCount);
  writer.varint(snapshot.bytes);
  writer.uint32(snapshot.checksum);
}

function readSnapshot(reader: ByteReader): SnapshotMeta {
  return {
    lastIncluded: readLogBase(reader),
    slot: reader.uint8() as Slot,
    chunkCount: reader.varint(),
    bytes: reader.varint(),
    checksum: reader.uint32(),
  };
}

function writeLogBase(writer: ByteWriter, { index, term, configuration }: LogBase): void {
  writer.varint(index);
  writer.varint(term);
  writeConfiguration(writer, configuration);
}

function readLogBase(reader: ByteReader): LogBase {
  return {
    index: reader.varint() as LogIndex,
    term: reader.varint() as Term,
    configuration: readConfiguration(reader),
  };
}
