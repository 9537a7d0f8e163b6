import type { Entry, EntryKind, LogIndex, Term } from '../raft/index.js';
import { type ByteReader, damaged } from './byte-reader.js';
import type { ByteWriter } from './byte-writer.js';

/** The one place where entry kinds have numbers; a number is never given to another kind. */
const kinds: readonly EntryKind[] = ['noop', 'command', 'configuration'];

/** A run of entries without a gap, the same on disk and on the wire: first index, count, entries. */
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

export function readEntryRun(reader: ByteReader): Entry[] {
  const count = reader.varint();
  if (count === 0) return [];
  const firstIndex = reader.varint();
  const entries: Entry[] = [];
  for (let at = 0; at < count; at += 1) {
    const term = reader.varint() as Term;
    const kind = kinds[reader.uint8()];
    if (kind === undefined) throw damaged('an entry is of an unknown kind');
    entries.push({ index: (firstIndex + at) as LogIndex, term, kind, data: reader.bytes() });
  }
  return entries;
}
