/** Tests the binary form of log entries. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ByteReader, ByteWriter, readEntryRun, writeEntryRun } from '../../src/codec/index.js';
import type { Entry, EntryKind, LogIndex, Term } from '../../src/raft/index.js';

const content = fc.record({
  term: fc.maxSafeNat().map((term) => term as Term),
  kind: fc.constantFrom<EntryKind>('noop', 'command'),
  data: fc.uint8Array({ maxLength: 200 }).map((bytes) => String.fromCharCode(...bytes)),
});

/** Entries without a gap. */
const run: fc.Arbitrary<Entry[]> = fc
  .tuple(fc.integer({ min: 1, max: 2 ** 40 }), fc.array(content, { maxLength: 10 }))
  .map(([first, contents]) =>
    contents.map((fields, at) => ({ index: (first + at) as LogIndex, ...fields })),
  );

function written(entries: readonly Entry[]): Uint8Array {
  const writer = new ByteWriter();
  writeEntryRun(writer, entries);
  return writer.take();
}

test('a run of entries is read as it was written', () => {
  fc.assert(
    fc.property(run, (entries) => {
      const reader = new ByteReader(written(entries));
      assert.deepEqual(readEntryRun(reader), entries);
      assert.ok(reader.isAtEnd);
    }),
  );
});

test('runs follow one another', () => {
  fc.assert(
    fc.property(fc.array(run, { maxLength: 4 }), (runs) => {
      const writer = new ByteWriter();
      for (const entries of runs) writeEntryRun(writer, entries);
      const reader = new ByteReader(writer.take());
      for (const entries of runs) assert.deepEqual(readEntryRun(reader), entries);
    }),
  );
});

test('the binary form of a run never changes', () => {
  const entries: Entry[] = [
    { index: 300 as LogIndex, term: 2 as Term, kind: 'noop', data: '' },
    { index: 301 as LogIndex, term: 2 as Term, kind: 'command', data: 'ab' },
  ];
  assert.deepEqual([...written(entries)], [2, 0xac, 2, 2, 0, 0, 2, 1, 2, 0x61, 0x62]);
});

test('a run that is cut short anywhere is damaged', () => {
  fc.assert(
    fc.property(run, fc.nat(), (entries, at) => {
      const bytes = written(entries);
      const cut = new ByteReader(bytes.subarray(0, at % bytes.length));
      assert.throws(() => readEntryRun(cut), { name: 'LetoError', code: 'LETO_DATA_DAMAGED' });
    }),
  );
});

test('a run with an entry of an unknown kind is damaged', () => {
  for (const kind of [3, 7, 255]) {
    const bytes = Uint8Array.from([1, 1, 1, kind, 0]);
    assert.throws(() => readEntryRun(new ByteReader(bytes)), { code: 'LETO_DATA_DAMAGED' });
  }
});

test('a run that claims more entries than there are bytes is damaged, and takes no memory', () => {
  const writer = new ByteWriter();
  writer.varint(Number.MAX_SAFE_INTEGER);
  writer.varint(1);
  assert.throws(() => readEntryRun(new ByteReader(writer.take())), { code: 'LETO_DATA_DAMAGED' });
});

test('any bytes are either a run or damaged', () => {
  const noise = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.tuple(run, fc.nat(), fc.nat(255)).map(([entries, at, byte]) => {
      const bytes = written(entries);
      bytes[at % bytes.length] = byte;
      return bytes;
    }),
  );
  fc.assert(
    fc.property(noise, (bytes) => {
      try {
        assert.ok(Array.isArray(readEntryRun(new ByteReader(bytes))));
      } catch (error) {
        assert.equal((error as { code?: unknown }).code, 'LETO_DATA_DAMAGED');
      }
    }),
    { numRuns: 1000 },
  );
});
