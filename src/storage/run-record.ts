import { crc32c } from '../base/index.js';
import {
  ByteReader,
  type ByteWriter,
  damaged,
  readEntryRun,
  writeEntryRun,
} from '../codec/index.js';
import { type Entry, entryBytes, type LogIndex, type Term } from '../raft/index.js';

/** Entries in one record; a single larger entry stands alone. */
const runBytesMax = 256 * 1024;
const checksumBytes = 4;

/** A run of entries without a gap, as one record of the database. */
export interface Run {
  readonly firstIndex: LogIndex;
  readonly lastIndex: LogIndex;
  /**
   * Of the run's bytes, going on from the checksum of the run before. So the log is a chain: a run
   * that is missing, or was to be replaced, breaks it.
   */
  readonly checksum: number;
  /** The checksum of the run before. */
  readonly previousChecksum: number;
}

/** A run on its way to the disk: the codec's bytes, then room for the checksum. */
export interface EncodedRun {
  readonly firstIndex: LogIndex;
  readonly lastIndex: LogIndex;
  readonly lastTerm: Term;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Few large records: one for each entry would be five times slower. */
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

/** Fills in the checksum, in place. */
export function addRunChecksum(
  { firstIndex, lastIndex, bytes }: EncodedRun,
  previous: number,
): Run {
  const end = bytes.length - checksumBytes;
  const checksum = crc32c(bytes, 0, end, previous);
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(end, checksum, true);
  return { firstIndex, lastIndex, checksum, previousChecksum: previous };
}

/** The codec's bytes of a record that `sealRun` sealed, and its checksum. */
export function verifyRunChecksum(record: Uint8Array, previous: number): [Uint8Array, number] {
  const end = record.length - checksumBytes;
  if (end <= 0) throw damaged('a record of the log is cut');
  const checksum = crc32c(record, 0, end, previous);
  if (new ByteReader(record.subarray(end)).uint32() !== checksum) {
    throw damaged('the checksum of a record of the log is wrong');
  }
  return [record.subarray(0, end), checksum];
}

/** The entries of runs that follow each other. */
export function decodeRuns(runs: Uint8Array): Entry[] {
  const entries: Entry[] = [];
  const reader = new ByteReader(runs);
  while (!reader.isAtEnd) for (const entry of readEntryRun(reader)) entries.push(entry);
  return entries;
}
