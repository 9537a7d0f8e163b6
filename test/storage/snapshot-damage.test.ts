/**
 * Kills a store during the writes of snapshots, damages snapshots, and checks what the next start
 * finds or refuses.
 */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { mock, type TestContext, test } from 'node:test';
import { Level } from 'level';
import type { DurableState, LogIndex, Persist, SnapshotChunk } from '../../src/raft/index.js';
import { DataFolder } from '../../src/storage/data-folder.js';
import {
  chunkKey,
  type Database,
  metaKey,
  openDatabase,
  type Slot,
} from '../../src/storage/database.js';
import { MemoryStore } from '../../src/storage/index.js';
import { LevelStore } from '../../src/storage/level-store.js';
import { temporaryFolder } from '../helpers/resources.js';
import {
  crashImage,
  dataOptions,
  entries,
  hardState,
  logWrite,
  point,
  snapshotWrites,
} from './fixtures.js';

interface Content {
  readonly state: DurableState;
  readonly chunks: readonly SnapshotChunk[];
}

/** Reads the state and all chunks from a store. */
async function contentOf(store: LevelStore): Promise<Content> {
  const state = await store.load();
  const chunks: SnapshotChunk[] = [];
  for (;;) {
    const chunk = await store.readSnapshotChunk(state.snapshot.index, chunks.length);
    if (!chunk) return { state, chunks };
    chunks.push(chunk);
  }
}

async function contentIn(folder: string): Promise<Content> {
  const data = await DataFolder.open(dataOptions(folder));
  try {
    return await contentOf(data.store);
  } finally {
    await data.close();
  }
}

/** A log with two snapshots of its own, an abandoned one between them, and one of a leader. */
const history: readonly Persist[] = [
  logWrite(hardState(1, 'n1'), entries(1, 6, 1)),
  logWrite(null, entries(7, 6, 1)),
  ...snapshotWrites(point(6, 1), ['a0', 'a1', 'a2'], point(2, 1)),
  logWrite(hardState(2), entries(9, 5, 2)),
  ...snapshotWrites(point(11, 2), ['b0', 'b1', 'b2', 'b3'], point(9, 2)).slice(0, 3),
  ...snapshotWrites(point(12, 2), ['c0', 'c1'], point(12, 2)),
  ...snapshotWrites(point(13, 2), ['d0'], point(13, 2)),
  logWrite(hardState(3, 'n2'), entries(14, 2, 3)),
  ...snapshotWrites(point(40, 3), ['e0', 'e1', 'e2']),
  logWrite(null, entries(41, 3, 3)),
];

/** Returns the content of a MemoryStore before the first write and after each. */
function contentsAfter(initial: DurableState, writes: readonly Persist[]): Content[] {
  const twin = new MemoryStore(initial);
  const contents: Content[] = [{ state: twin.state, chunks: [] }];
  for (const persist of writes) {
    twin.write(persist);
    contents.push({ state: twin.state, chunks: twin.chunks });
  }
  return contents;
}

test('a kill after any write leaves the state after that write (S5)', async (t) => {
  const parent = temporaryFolder(t);
  const folder = join(parent, 'n1');
  const data = await DataFolder.open(dataOptions(folder));
  const contents = contentsAfter(await data.store.load(), history);
  for (const [at, persist] of history.entries()) {
    await data.store.persist(persist);
    const image = crashImage(folder, join(parent, `${at}`));
    assert.deepEqual(await contentIn(image), contents[at + 1], `after write ${at}`);
  }
  await data.close();
});

/** Truncates the write-ahead log of `image`. */
function tearLog(image: string, length: number): void {
  truncateSync(logFile(image), length);
}

function logFile(folder: string): string {
  const log = join(folder, 'raft-log');
  const names = readdirSync(log).filter((name) => name.endsWith('.log'));
  return join(log, names.sort().at(-1) ?? '');
}

test('a kill during a write of a snapshot leaves the state before it (S5, S6)', async (t) => {
  const parent = temporaryFolder(t);
  const folder = join(parent, 'n1');
  const data = await DataFolder.open(dataOptions(folder));
  const contents = contentsAfter(await data.store.load(), history);
  let torn = 0;
  for (const [at, persist] of history.entries()) {
    const { length: before } = readFileSync(logFile(folder));
    await data.store.persist(persist);
    const { length: after } = readFileSync(logFile(folder));
    assert.ok(after > before, 'the write is not at the end of the log');
    if (!persist.snapshot) continue;
    for (const length of [before, before + 1, Math.floor((before + after) / 2), after - 1]) {
      const image = crashImage(folder, join(parent, `${at}-${length}`));
      tearLog(image, length);
      assert.deepEqual(await contentIn(image), contents[at], `write ${at}, torn at ${length}`);
      torn += 1;
    }
  }
  await data.close();
  assert.ok(torn >= 40);
});

/** Creates a store with a snapshot of the chunks "one", "two" and "three" at index 3. */
async function withSnapshot(t: TestContext): Promise<string> {
  const location = join(temporaryFolder(t), 'log');
  await LevelStore.create(location, 'store');
  const store = await LevelStore.open(location);
  await store.persist(logWrite(hardState(1), entries(1, 6, 1)));
  for (const write of snapshotWrites(point(3, 1), ['one', 'two', 'three'], point(3, 1))) {
    await store.persist(write);
  }
  await store.close();
  return location;
}

async function withDatabase<T>(location: string, use: (db: Database) => Promise<T>): Promise<T> {
  const database = await openDatabase(location, { createIfMissing: false });
  try {
    return await use(database);
  } finally {
    await database.close();
  }
}

/** The first snapshot is empty and occupies slot 0, so the next one is in slot 1. */
function keyOf(number: number, slot: Slot = 1): Uint8Array {
  return chunkKey({ slot, number });
}

const damages: readonly [what: string, words: RegExp, damage: (db: Database) => Promise<void>][] = [
  ['without its first chunk', /its snapshot lacks chunk 0/, (db) => db.del(keyOf(0))],
  ['without a chunk in the middle', /its snapshot lacks chunk 1/, (db) => db.del(keyOf(1))],
  ['without its last chunk', /11 bytes in 3 chunks, but has 6 in 2/, (db) => db.del(keyOf(2))],
  [
    'with a flipped bit',
    /the checksum of its snapshot is wrong/,
    (db) => db.put(keyOf(1), Buffer.from('twn')),
  ],
  [
    'with a truncated chunk',
    /11 bytes in 3 chunks, but has 10 in 3/,
    (db) => db.put(keyOf(2), Buffer.from('thre')),
  ],
  [
    'with an extra chunk',
    /11 bytes in 3 chunks, but has 15 in 4/,
    (db) => db.put(keyOf(3), Buffer.from('four')),
  ],
  [
    'with two swapped chunks',
    /the checksum of its snapshot is wrong/,
    async (db) => {
      await db.put(keyOf(0), Buffer.from('two'));
      await db.put(keyOf(1), Buffer.from('one'));
    },
  ],
  [
    'with a record under an unknown key',
    /unknown record/,
    (db) => db.put(Uint8Array.of(3, 2, 0, 0, 0, 0), Buffer.from('one')),
  ],
];

for (const [what, words, damage] of damages) {
  test(`a snapshot ${what} is refused, now and at the next start (S6)`, async (t) => {
    const location = await withSnapshot(t);
    await withDatabase(location, damage);
    for (let start = 1; start <= 2; start += 1) {
      await assert.rejects(LevelStore.open(location), {
        code: 'LETO_DATA_DAMAGED',
        message: new RegExp(`^${location} is damaged: .*${words.source}`),
      });
    }
  });
}

test('a meta record from before an installation is refused', async (t) => {
  const location = await withSnapshot(t);
  const old = await withDatabase(location, (database) => database.get(metaKey));
  const store = await LevelStore.open(location);
  for (const write of snapshotWrites(point(5, 1), ['new'], point(3, 1))) await store.persist(write);
  await store.close();
  assert.ok(old);
  await withDatabase(location, (database) => database.put(metaKey, old));
  await assert.rejects(LevelStore.open(location), {
    code: 'LETO_DATA_DAMAGED',
    message: /11 bytes in 3 chunks, but has 0 in 0/,
  });
});

test('chunks of an unfinished snapshot are dropped in one synced batch', async (t) => {
  const location = await withSnapshot(t);
  const store = await LevelStore.open(location);
  const before = await contentOf(store);
  const unfinished = snapshotWrites(point(5, 1), ['a', 'b', 'c', 'd'], point(5, 1)).slice(0, 3);
  for (const write of unfinished) await store.persist(write);
  await store.close();
  const chunkKeys = () => withDatabase(location, (db) => db.keys({ gt: metaKey }).all());
  assert.equal((await chunkKeys()).length, 6);
  const batch = mock.method(Level.prototype, 'batch');
  t.after(() => batch.mock.restore());
  const again = await LevelStore.open(location);
  const [call, ...others] = batch.mock.calls;
  const [operations, options] = (call?.arguments ?? []) as unknown[];
  assert.ok(Array.isArray(operations) && operations.length === 3);
  assert.deepEqual([options, others], [{ sync: true }, []]);
  assert.deepEqual(await contentOf(again), before);
  await again.close();
  assert.deepEqual(
    (await chunkKeys()).map((key) => [...key]),
    [0, 1, 2].map((number) => [...keyOf(number)]),
  );
});

test('an installed snapshot leaves no record of the old one', async (t) => {
  const location = await withSnapshot(t);
  const store = await LevelStore.open(location);
  for (const write of snapshotWrites(point(9, 1), ['new'])) await store.persist(write);
  await store.close();
  const keys = await withDatabase(location, (database) => database.keys().all());
  assert.deepEqual(
    keys.map((key) => [...key]),
    [metaKey, keyOf(0, 0)].map((key) => [...key]),
  );
});

test('a chunk that is damaged while the store is open is refused when it is read', async (t) => {
  const location = await withSnapshot(t);
  const store = await LevelStore.open(location);
  const getSync = mock.method(Level.prototype, 'getSync', () => Buffer.from('twn'));
  t.after(() => getSync.mock.restore());
  await assert.rejects(store.readSnapshotChunk(3 as LogIndex, 1), {
    code: 'LETO_DATA_DAMAGED',
    message: /checksum of a chunk of its snapshot is wrong/,
  });
  await store.close();
});
