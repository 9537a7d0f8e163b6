/**
 * A run, which is a sequence of entries without a gap that the database stores as one record: its
 * encoding, its checksum, and how entries are divided into runs.
 */

import { crc32c } from '../base/index.js';
import {
  ByteReader,
  type ByteWriter,
  damaged,
  readEntryRun,
  writeEntryRun,
} from '../codec/index.js';
import { type Entry, entryBytes, type LogIndex, type Term } from '../raft/index.js';

/** The largest size of the entries in one run; a single larger entry gets a run of its own. */
const runBytesMax = 256 * 1024;
const checksumBytes = 4;

/** A run that is in the database; its entries stay there. */
export interface Run {
  readonly firstIndex: LogIndex;
  readonly lastIndex: LogIndex;
  /**
   * The CRC-32C of the run's bytes, continued from `previousChecksum`. This makes the log a chain,
   * which breaks when a run is missing, or when a replaced run comes back.
   */
  readonly checksum: number;
  /** The checksum of the run before; 0 for the first run of a chain. */
  readonly previousChecksum: number;
}

/** A run on its way to the disk. `bytes` are its encoded entries, then room for the checksum. */
export interface EncodedRun {
  readonly firstIndex: LogIndex;
  readonly lastIndex: LogIndex;
  readonly lastTerm: Term;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Encodes entries into as few runs as possible: a record per entry would be five times slower. */
export function encodeRuns(writer: ByteWriter, entries: readonly Entry[]): EncodedRun[] {
  const runs: EncodedRun[] = [];
  for (let from = 0; from < entries.length; ) {
    const to = endOfRun(entries, from);
    runs.push(encodeRun(writer, entries.slice(from, to)));
    from = to;
  }
  return runs;
}

function endOfRun(entries: readonly Entry[], from: number): number {
  let bytes = entryBytes(entries[from] as Entry);
  let to = from + 1;
  for (; to < entries.length; to += 1) {
    bytes += entryBytes(entries[to] as Entry);
    if (bytes > runBytesMax) break;
  }
  return to;
}

function encodeRun(writer: ByteWriter, entries: readonly Entry[]): EncodedRun {
  writeEntryRun(writer, entries);
  writer.uint32(0);
  const [first, last] = [entries[0] as Entry, entries.at(-1) as Entry];
  return {
    firstIndex: first.index,
    lastIndex: last.index,
    lastTerm: last.term,
    bytes: writer.take(),
  };
}

/** Fills in the checksum of a run, in place. `previous` is the checksum of the run before. */
export function addRunChecksum(
  { firstIndex, lastIndex, bytes }: EncodedRun,
  previous: number,
): Run {
  const end = bytes.length - checksumBytes;
  const checksum = crc32c(bytes, 0, end, previous);
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(end, checksum, true);
  return { firstIndex, lastIndex, checksum, previousChecksum: previous };
}

/**
 * Checks the record of a run. Returns its encoded entries and its checksum.
 * @throws {LetoError} LETO_DATA_DAMAGED
 */
export function verifyRunChecksum(record: Uint8Array, previous: number): [Uint8Array, number] {
  const end = record.length - checksumBytes;
  if (end <= 0) throw damaged('a record of the log is cut short');
  const checksum = crc32c(record, 0, end, previous);
  if (new ByteReader(record.subarray(end)).uint32() !== checksum) {
    throw damaged('the checksum of a record of the log is wrong');
  }
  return [record.subarray(0, end), checksum];
}

/**
 * Decodes the entries of consecutive runs, without their checksums.
 * @throws {LetoError} LETO_DATA_DAMAGED
 */
export function decodeRuns(runs: Uint8Array): Entry[] {
  const entries: Entry[] = [];
  const reader = new ByteReader(runs);
  while (!reader.isAtEnd) for (const entry of readEntryRun(reader)) entries.push(entry);
  return entries;
}
