import { crc32c } from '../base/crc.js';
import { ByteReader, type ByteWriter, damaged } from '../codec/index.js';
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

const formatVersion = 1;
const checksumBytes = 4;

/**
 * All that the database holds beside the log, and what the log must be. It is written anew with
 * each batch: where LevelDB drops a batch from the middle without a word, the log that is left is
 * not the one that a later meta record speaks of.
 */
export interface Meta {
  readonly storeId: string;
  /** The number of batches so far. */
  readonly writes: number;
  readonly hardState: HardState;
  readonly base: LogBase;
  readonly lastIndex: LogIndex;
  /** The checksum of the whole log: that of its last run; 0 where there is none. */
  readonly logChecksum: number;
}

export function newMeta(storeId: string): Meta {
  return {
    storeId,
    writes: 0,
    hardState: { currentTerm: noTerm, votedFor: null },
    base: { index: beforeLog, term: noTerm, configuration: { voters: [], learners: [] } },
    lastIndex: beforeLog,
    logChecksum: 0,
  };
}

export function encodeMeta(writer: ByteWriter, meta: Meta): Uint8Array {
  const { hardState, base } = meta;
  writer.uint8(formatVersion);
  writeText(writer, meta.storeId);
  writer.varint(meta.writes);
  writer.varint(hardState.currentTerm);
  writeText(writer, hardState.votedFor ?? '');
  writer.varint(base.index);
  writer.varint(base.term);
  writeIds(writer, base.configuration.voters);
  writeIds(writer, base.configuration.learners);
  writer.varint(meta.lastIndex);
  writer.uint32(meta.logChecksum);
  writer.uint32(crc32c(writer.peek()));
  return writer.take();
}

/** @throws {LetoError} LETO_DATA_DAMAGED, or LETO_DATA_FOREIGN for an unknown format version */
export function decodeMeta(location: string, bytes: Uint8Array): Meta {
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
    base: {
      index: reader.varint() as LogIndex,
      term: reader.varint() as Term,
      configuration: { voters: readIds(reader), learners: readIds(reader) },
    },
    lastIndex: reader.varint() as LogIndex,
    logChecksum: reader.uint32(),
  };
}

function writeText(writer: ByteWriter, text: string): void {
  writer.bytes(Buffer.from(text).toString('latin1'));
}

function readText(reader: ByteReader): string {
  return Buffer.from(reader.bytes(), 'latin1').toString();
}

function readVote(reader: ByteReader): NodeId | null {
  const id = readText(reader);
  return id === '' ? null : nodeId(id);
}

function writeIds(writer: ByteWriter, ids: readonly NodeId[]): void {
  writer.varint(ids.length);
  for (const id of ids) writeText(writer, id);
}

function readIds(reader: ByteReader): NodeId[] {
  return Array.from({ length: reader.varint() }, () => nodeId(readText(reader)));
}
