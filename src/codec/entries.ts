/** The binary form of log entries, the same on the disk and on the wire. */

import type { Entry, EntryKind, LogIndex, Term } from '../raft/index.js';
import { type ByteReader, damaged } from './byte-reader.js';
import type { ByteWriter } from './byte-writer.js';

/**
 * A kind is stored as its position here, so the order must not change; add new kinds at the end.
 */
const kinds: readonly EntryKind[] = ['noop', 'command', 'configuration'];

/** Writes entries with consecutive indexes: their count, the first index, and each entry. */
export function writeEntryRun(writer: ByteWriter, entries: readonly Entry[]): void {
  writer.varint(entries.length);
  const first = entries[0];
  if (!first) return;
  writer.varint(first.index);
  for (const { term, kind, data } of entries) {
    writer.varint(term);
    writer.uint8(kinds.indexOf(kind));
    writer.bytes(data);
  }
}

/** @throws {LetoError} LETO_DATA_DAMAGED */
export function readEntryRun(reader: ByteReader): Entry[] {
  const count = reader.varint();
  if (count === 0) return [];
  const firstIndex = reader.varint();
  const entries: Entry[] = [];
  for (let at = 0; at < count; at += 1) {
    const term = reader.varint() as Term;
    const kind = kinds[reader.uint8()];
    if (kind === undefined) throw damaged('an entry has an unknown kind');
    entries.push({ index: (firstIndex + at) as LogIndex, term, kind, data: reader.bytes() });
  }
  return entries;
}
