/** The part of the LogStore contract that concerns snapshots (5). */

import assert from 'node:assert/strict';
import type { ByteString } from '../../src/base/bytes.js';
import type {
  DurableState,
  LogIndex,
  Persist,
  SnapshotChunk,
  SnapshotInstall,
} from '../../src/raft/index.js';
import type { LogStore } from '../../src/storage/log-store.js';
import { chunksOf, point, snapshotWrites } from '../storage/fixtures.js';
import type { OpenStore } from './log-store.js';
import { eachByte, genesis, run, vote } from './states.js';

type SnapshotTest = [fact: string, check: (open: OpenStore) => Promise<void>];

const kibibyte = 1024;

export function* snapshotTests(): Generator<SnapshotTest> {
  yield ['the first snapshot has no chunks', checkFirstSnapshot];
  yield ['a snapshot comes into force with its last chunk, and no sooner', checkComingIntoForce];
  for (let base = 0; base <= 7; base += 1) {
    yield [
      `a log of three writes that is compacted up to index ${base} keeps working`,
      (open) => checkCut(open, base),
    ];
  }
  for (const index of [5, 9, 20]) {
    yield [
      `a leader's snapshot at index ${index} replaces a log of 9 entries`,
      (open) => checkReplacedLog(open, index),
    ];
  }
  yield ['a write may hold a chunk together with term, vote and entries', checkChunkWithEntries];
  yield ['chunk 0 begins a new snapshot and discards the staged chunks', checkNewBeginning];
  yield ['snapshots may follow each other quickly (S4)', checkSuccession];
  yield ['a snapshot that was not written to its end is dropped by a restart', checkDropped];
  yield ['many large chunks are read back unchanged', checkBytes];
  for (const [fact, refused] of refusals()) yield [fact, (open) => checkRefusal(open, refused)];
}

async function checkFirstSnapshot(open: OpenStore): Promise<void> {
  const store = await open();
  assert.equal(await store.readSnapshotChunk(0 as LogIndex, 0), null);
  await store.close();
}

async function checkComingIntoForce(open: OpenStore): Promise<void> {
  const store = await withLog(open);
  const before = await store.load();
  const pieces = ['one', 'two', 'three'];
  const writes = snapshotWrites(point(5, 1), pieces, point(3, 1));
  for (const write of writes.slice(0, -1)) await store.persist(write);
  assert.deepEqual(await store.load(), before);
  assert.equal(await store.readSnapshotChunk(5 as LogIndex, 0), null);
  await store.persist(writes.at(-1) as Persist);
  const after: DurableState = {
    ...before,
    snapshot: point(5, 1),
    base: point(3, 1),
    entries: run(4, 6, 1),
  };
  await checkState(store, after, pieces);
  assert.equal(await store.readSnapshotChunk(0 as LogIndex, 0), null);
  await store.close();
  await checkAfterRestart(open, after, pieces);
}

async function checkCut(open: OpenStore, base: number): Promise<void> {
  const cutAt = base === 0 ? genesis.base : point(base, 1);
  const store = await withLog(open);
  await writeAll(store, snapshotWrites(point(7, 1), ['state'], cutAt));
  const expected = {
    hardState: vote(1, 'n1'),
    snapshot: point(7, 1),
    base: cutAt,
    entries: run(base + 1, 9 - base, 1),
  };
  await checkState(store, expected, ['state']);
  await store.close();
  await checkAfterRestart(open, expected, ['state']);
  const again = await open();
  for (const first of [9, 8, 9, 10]) {
    const term = 20 + first;
    await again.persist({
      hardState: vote(40, 'n2'),
      entries: run(first, 2, term),
      snapshot: null,
    });
    const kept = expected.entries.filter(({ index }) => index < first);
    Object.assign(expected, {
      hardState: vote(40, 'n2'),
      entries: [...kept, ...run(first, 2, term)],
    });
    assert.deepEqual(await again.load(), expected);
  }
  await again.close();
  await checkAfterRestart(open, expected, ['state']);
}

async function checkReplacedLog(open: OpenStore, index: number): Promise<void> {
  const store = await withLog(open);
  const pieces = ['a', 'bc'];
  await writeAll(store, snapshotWrites(point(index, 1), pieces));
  const at = point(index, 1);
  const expected = { hardState: vote(1, 'n1'), snapshot: at, base: at, entries: run(1, 0, 1) };
  await checkState(store, expected, pieces);
  await store.close();
  await checkAfterRestart(open, expected, pieces);
  const again = await open();
  const entries = run(index + 1, 3, 1);
  await again.persist({ hardState: null, entries, snapshot: null });
  await again.close();
  await checkAfterRestart(open, { ...expected, entries }, pieces);
}

async function checkChunkWithEntries(open: OpenStore): Promise<void> {
  const store = await withLog(open);
  const [first, last] = snapshotWrites(point(9, 1), ['one', 'two'], point(9, 1));
  assert.ok(first && last);
  await store.persist({ ...first, hardState: vote(2, null), entries: run(10, 1, 2) });
  await store.persist({ ...last, hardState: vote(2, 'n3') });
  await store.close();
  await checkAfterRestart(
    open,
    {
      hardState: vote(2, 'n3'),
      snapshot: point(9, 1),
      base: point(9, 1),
      entries: run(10, 1, 2),
    },
    ['one', 'two'],
  );
}

async function checkNewBeginning(open: OpenStore): Promise<void> {
  const store = await withLog(open);
  const abandoned = snapshotWrites(point(4, 1), ['a', 'b', 'c', 'd', 'e', 'f'], point(4, 1));
  await writeAll(store, abandoned.slice(0, 5));
  await writeAll(store, abandoned.slice(0, 2));
  await writeAll(store, snapshotWrites(point(6, 1), ['only'], point(6, 1)));
  const expected = {
    hardState: vote(1, 'n1'),
    snapshot: point(6, 1),
    base: point(6, 1),
    entries: run(7, 3, 1),
  };
  await checkState(store, expected, ['only']);
  await store.close();
  await checkAfterRestart(open, expected, ['only']);
}

async function checkSuccession(open: OpenStore): Promise<void> {
  const store = await withLog(open);
  for (let index = 1; index <= 6; index += 1) {
    const pieces = Array.from({ length: 7 - index }, (_, at) => `${index}.${at}`);
    const base = point(Math.max(1, index - 2), 1);
    await writeAll(store, snapshotWrites(point(index, 1), pieces, base));
    const expected = {
      hardState: vote(1, 'n1'),
      snapshot: point(index, 1),
      base,
      entries: run(base.index + 1, 9 - base.index, 1),
    };
    await checkState(store, expected, pieces);
    assert.equal(await store.readSnapshotChunk((index - 1) as LogIndex, 0), null);
  }
  await store.close();
}

async function checkDropped(open: OpenStore): Promise<void> {
  const store = await withLog(open);
  await writeAll(store, snapshotWrites(point(3, 1), ['old'], point(3, 1)));
  const before = await store.load();
  const writes = snapshotWrites(point(5, 1), ['one', 'two', 'three'], point(5, 1));
  await writeAll(store, writes.slice(0, 2));
  await store.close();
  await checkAfterRestart(open, before, ['old']);
  const again = await open();
  await assert.rejects(again.persist(writes[2] as Persist), { code: 'LETO_ASSERTION' });
  await again.close();
  await checkAfterRestart(open, before, ['old']);
}

async function checkBytes(open: OpenStore): Promise<void> {
  const store = await withLog(open);
  const pieces = Array.from({ length: 12 }, (_, at) =>
    `${at}${eachByte()}`.repeat(512).slice(0, 128 * kibibyte),
  );
  await writeAll(store, snapshotWrites(point(9, 1), pieces));
  const state = await store.load();
  await checkState(store, state, pieces);
  await store.close();
  await checkAfterRestart(open, state, pieces);
}

function* refusals(): Generator<[fact: string, refused: Persist]> {
  const at = point(5, 1);
  const good: SnapshotInstall = { snapshot: at, base: point(4, 1), keepsLog: true };
  yield ['a chunk that skips another is refused', chunkWrite({ number: 2 }, null)];
  yield ['a chunk without bytes is refused', chunkWrite({ data: '', checksum: 0 }, null)];
  yield ['a chunk with a wrong checksum is refused', chunkWrite({ checksum: 17 }, null)];
  yield ['a last chunk that installs nothing is refused', chunkWrite({ isLast: true }, null)];
  yield ['a chunk that installs and is not the last one is refused', chunkWrite({}, good)];
  const installs: [fact: string, install: SnapshotInstall][] = [
    ['a snapshot that is in force already is refused (S4)', { ...good, snapshot: point(3, 1) }],
    ['a snapshot older than the one in force is refused (S4)', { ...good, snapshot: point(2, 1) }],
    ['a snapshot of a later term than currentTerm is refused', { ...good, snapshot: point(5, 2) }],
    ['a log that begins after its snapshot is refused', { ...good, base: point(6, 1) }],
    ['a base that moves back is refused', { ...good, base: point(1, 1) }],
    ['a log that ends before its snapshot is refused', { ...good, snapshot: point(10, 1) }],
    ['a discarded log with an older base is refused', { ...good, keepsLog: false }],
    ['a base of another term is refused', { ...good, base: point(5, 0), keepsLog: false }],
  ];
  for (const [fact, install] of installs) yield [fact, chunkWrite({ isLast: true }, install)];
  const entries = run(10, 1, 1);
  yield [
    'entries together with the installation of a snapshot are refused',
    { ...chunkWrite({ isLast: true }, good), entries },
  ];
  yield [
    'entries that the snapshot covers are refused',
    { hardState: vote(2, null), entries: run(3, 1, 2), snapshot: null },
  ];
}

function chunkWrite(changes: Partial<SnapshotChunk>, install: SnapshotInstall | null): Persist {
  const [chunk] = chunksOf(['new', '']);
  assert.ok(chunk);
  return { hardState: null, entries: [], snapshot: { chunk: { ...chunk, ...changes }, install } };
}

/** Checks that a store with a snapshot at 3, a base at 2 and a log up to 9 refuses a write. */
async function checkRefusal(open: OpenStore, refused: Persist): Promise<void> {
  const store = await withLog(open);
  await writeAll(store, snapshotWrites(point(3, 1), ['old'], point(2, 1)));
  const before = await store.load();
  await assert.rejects(store.persist(refused), { code: 'LETO_ASSERTION' });
  await store.close();
  await checkAfterRestart(open, before, ['old']);
}

/** Opens a new store and writes entries 1 to 9, three per write. */
async function withLog(open: OpenStore): Promise<LogStore> {
  const store = await open();
  await store.persist({ hardState: vote(1, 'n1'), entries: run(1, 3, 1), snapshot: null });
  await store.persist({ hardState: null, entries: run(4, 3, 1), snapshot: null });
  await store.persist({ hardState: null, entries: run(7, 3, 1), snapshot: null });
  return store;
}

async function writeAll(store: LogStore, writes: readonly Persist[]): Promise<void> {
  for (const write of writes) await store.persist(write);
}

async function checkAfterRestart(
  open: OpenStore,
  expected: DurableState,
  pieces: readonly ByteString[],
): Promise<void> {
  const store = await open();
  await checkState(store, expected, pieces);
  await store.close();
}

async function checkState(
  store: LogStore,
  expected: DurableState,
  pieces: readonly ByteString[],
): Promise<void> {
  assert.deepEqual(await store.load(), expected);
  const { index } = expected.snapshot;
  for (const chunk of chunksOf(pieces)) {
    assert.deepEqual(await store.readSnapshotChunk(index, chunk.number), chunk);
  }
  assert.equal(await store.readSnapshotChunk(index, pieces.length), null);
}
