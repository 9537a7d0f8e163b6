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

/** The snapshot in force, and what its chunks must be. */
export interface SnapshotMeta {
  readonly lastIncluded: LogBase;
  readonly slot: Slot;
  readonly chunkCount: number;
  readonly bytes: number;
  /** CRC-32C of all its bytes; 0 where there are none. */
  readonly checksum: number;
}

/**
 * All that the database holds beside the log and the snapshot, and what these must be. It is written anew with
 * each batch: where LevelDB drops a batch from the middle without a word, the log that is left is
 * not the one that a later meta record speaks of.
 */
export interface MetaRecord {
  readonly storeId: string;
  /** The number of batches so far. */
  readonly writes: number;
  readonly hardState: HardState;
  readonly snapshot: SnapshotMeta;
  readonly base: LogBase;
  /** That of the run before the first one kept; 0 where there was none. */
  readonly baseChecksum: number;
  readonly lastIndex: LogIndex;
  /** The checksum of the whole log: that of its last run; `baseChecksum` where there is none. */
  readonly logChecksum: number;
}

const emptyBase: LogBase = {
  index: beforeLog,
  term: noTerm,
  configuration: { voters: [], learners: [] },
};

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

/** The snapshot that a new cluster begins with. */
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

/** @throws {LetoError} LETO_DATA_DAMAGED, or LETO_DATA_FOREIGN for an unknown format version */
export function decodeMeta(location: string, bytes: Uint8Array): MetaRecord {
  const end = bytes.length - checksumBytes;
  const isWhole = end > 0 && new ByteReader(bytes.subarray(end)).uint32() === crc32c(bytes, 0, end);
  // The checksum stands at the end in every version, so damage is never taken for a version.
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
