/** Tests the records of a LevelStore, and what it refuses in a crafted or changed database. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { mock, type TestContext, test } from 'node:test';
import { Level } from 'level';
import { crc32c } from '../../src/base/crc.js';
import { ByteWriter } from '../../src/codec/index.js';
import { beforeLog, type Entry, type LogIndex } from '../../src/raft/index.js';
import { type Database, metaKey, openDatabase, runKey } from '../../src/storage/database.js';
import { LevelStore } from '../../src/storage/level-store.js';
import { encodeMeta, type MetaRecord, newMeta } from '../../src/storage/meta-record.js';
import { addRunChecksum, encodeRuns } from '../../src/storage/run-record.js';
import { temporaryFolder } from '../helpers/resources.js';
import { entries, hardState, logWrite } from './fixtures.js';

const kibibyte = 1024;

async function createStore(t: TestContext): Promise<{ location: string; store: LevelStore }> {
  const location = join(temporaryFolder(t), 'log');
  await LevelStore.create(location, 'store');
  return { location, store: await LevelStore.open(location) };
}

async function withDatabase<T>(location: string, use: (db: Database) => Promise<T>): Promise<T> {
  const database = await openDatabase(location, { createIfMissing: true });
  try {
    return await use(database);
  } finally {
    await database.close();
  }
}

/** Creates a database of these runs with correct checksums, and a meta record that matches them. */
async function craft(
  t: TestContext,
  runs: readonly (readonly Entry[])[],
  changes: Partial<MetaRecord> = {},
): Promise<string> {
  const location = join(temporaryFolder(t), 'log');
  const writer = new ByteWriter();
  let logChecksum = 0;
  let lastIndex = 0 as LogIndex;
  await withDatabase(location, async (database) => {
    for (const run of runs.flatMap((entries) => encodeRuns(writer, entries))) {
      const sealed = addRunChecksum(run, logChecksum);
      logChecksum = sealed.checksum;
      lastIndex = sealed.lastIndex;
      await database.put(runKey(sealed), run.bytes);
    }
    const meta = { ...newMeta('store'), hardState: hardState(9), lastIndex, logChecksum };
    await database.put(metaKey, encodeMeta(writer, { ...meta, ...changes }));
  });
  return location;
}

async function checkRefused(location: string, message: RegExp): Promise<void> {
  const damaged = { code: 'LETO_DATA_DAMAGED', message };
  await assert.rejects(LevelStore.open(location), damaged);
}

test('each write is one synced batch', async (t) => {
  const { store } = await createStore(t);
  const batch = mock.method(Level.prototype, 'batch');
  t.after(() => batch.mock.restore());
  await store.persist(logWrite(hardState(1), entries(1, 3, 1)));
  await store.persist(logWrite(hardState(2), entries(2, 1, 2)));
  const options = batch.mock.calls.map((call) => call.arguments.at(1));
  assert.deepEqual(options, [{ sync: true }, { sync: true }]);
  await store.close();
});

test('a large write is divided into records of at most 256 KiB', async (t) => {
  const { location, store } = await createStore(t);
  const pad = 'x'.repeat(kibibyte);
  await store.persist(logWrite(hardState(1), entries(1, 4 * kibibyte, 1, pad)));
  await store.close();
  const records = await withDatabase(location, (db) => db.values({ lt: metaKey }).all());
  const sizes = records.map(({ length }) => length);
  assert.ok(Math.max(...sizes) <= 256 * kibibyte, `${Math.max(...sizes)}`);
  assert.ok(sizes.length <= 18, `${sizes.length} records`);
});

test('an entry larger than a record gets a record of its own', async (t) => {
  const { location, store } = await createStore(t);
  const large = entries(2, 1, 1, 'x'.repeat(300 * kibibyte));
  const log = [...entries(1, 1, 1), ...large, ...entries(3, 2, 1)];
  await store.persist(logWrite(hardState(1), log));
  await store.close();
  const keys = await withDatabase(location, (db) => db.keys({ lt: metaKey }).all());
  const ranges = keys.map((key) => [key.at(8), key.at(16)]);
  assert.deepEqual(ranges, [
    [1, 1],
    [2, 2],
    [3, 4],
  ]);
});

test('entries that a write replaces leave no record behind', async (t) => {
  const { location, store } = await createStore(t);
  await store.persist(logWrite(hardState(1), entries(1, 4, 1)));
  await store.persist(logWrite(null, entries(5, 4, 1)));
  await store.persist(logWrite(null, entries(9, 4, 1)));
  await store.persist(logWrite(hardState(2), entries(3, 1, 2)));
  await store.close();
  const keys = await withDatabase(location, (db) => db.keys().all());
  const ranges = keys.slice(0, -1).map((key) => [key.at(8), key.at(16)]);
  assert.deepEqual(ranges, [
    [1, 2],
    [3, 3],
  ]);
  assert.deepEqual(keys.at(-1)?.at(0), metaKey[0]);
});

test('a log is read in parts of a bounded size', async (t) => {
  const { store } = await createStore(t);
  const pad = 'x'.repeat(kibibyte);
  for (let first = 1; first < 8000; first += 2000) {
    await store.persist(logWrite(hardState(1), entries(first, 2000, 1, pad)));
  }
  const { runs } = await store.readLog(beforeLog);
  assert.ok(runs.length >= 1024 * kibibyte && runs.length <= 1280 * kibibyte, `${runs.length}`);
  assert.equal((await store.load()).entries.length, 8000);
  await store.close();
});

test('a well-formed log is opened', async (t) => {
  const location = await craft(t, [entries(1, 3, 1), entries(4, 2, 2), entries(6, 1, 9)]);
  const store = await LevelStore.open(location);
  const expected = [...entries(1, 3, 1), ...entries(4, 2, 2), ...entries(6, 1, 9)];
  assert.deepEqual((await store.load()).entries, expected);
  await store.close();
});

test('a gap between two records is refused', async (t) => {
  await checkRefused(await craft(t, [entries(1, 3, 1), entries(5, 2, 1)]), /gap after index 3/);
});

test('a log that does not begin right after its base is refused', async (t) => {
  await checkRefused(await craft(t, [entries(2, 3, 1)]), /gap after index 0/);
});

test('a gap within a record is refused', async (t) => {
  // A run holds only its first index, so a wrong last index can be only in the key.
  const location = await craft(t, [entries(1, 3, 1)]);
  await withDatabase(location, async (database) => {
    const [key, record] = (await database.iterator({ limit: 1 }).all())[0] ?? [];
    assert.ok(key && record);
    await database.del(key);
    const range = { firstIndex: 1 as LogIndex, lastIndex: 4 as LogIndex };
    await database.put(runKey(range), record);
  });
  await checkRefused(location, /has the wrong key/);
});

test('terms that decrease are refused', async (t) => {
  const location = await craft(t, [entries(1, 3, 2), entries(4, 2, 1)]);
  await checkRefused(location, /term decreases.* index 4/);
});

test('an entry of a later term than currentTerm is refused', async (t) => {
  const location = await craft(t, [entries(1, 3, 3)], { hardState: hardState(2) });
  await checkRefused(location, /term 3, which is later than currentTerm/);
});

test('a log that ends before its last write is refused', async (t) => {
  const location = await craft(t, [entries(1, 3, 1)], { lastIndex: 5 as LogIndex });
  await checkRefused(location, /written up to index 5, but some writes are missing/);
});

/**
 * Simulates that LevelDB drops the second of three writes: [1..5], [4..5] of a new leader, [6..7].
 * The rest has no gap and rising terms, but holds entries that the new leader had removed.
 */
test('a replaced record that comes back is refused', async (t) => {
  const { location, store } = await createStore(t);
  await store.persist(logWrite(hardState(1), entries(1, 5, 1)));
  const range = { firstIndex: 1 as LogIndex, lastIndex: 5 as LogIndex };
  await store.close();
  const old = await withDatabase(location, (database) => database.get(runKey(range)));
  const again = await LevelStore.open(location);
  await again.persist(logWrite(hardState(2), entries(4, 2, 2)));
  await again.persist(logWrite(null, entries(6, 2, 2)));
  await again.close();
  await withDatabase(location, async (database) => {
    await database.del(runKey({ firstIndex: 1 as LogIndex, lastIndex: 3 as LogIndex }));
    await database.del(runKey({ firstIndex: 4 as LogIndex, lastIndex: 5 as LogIndex }));
    assert.ok(old);
    await database.put(runKey(range), old);
  });
  await checkRefused(location, /checksum of a record of the log is wrong/);
});

test('an unknown record is refused', async (t) => {
  for (const key of [[0], [1, 2, 3], [2, 0], [3]]) {
    const location = await craft(t, [entries(1, 3, 1)]);
    await withDatabase(location, (db) => db.put(Uint8Array.from(key), Uint8Array.of(1, 2, 3)));
    await checkRefused(location, /unknown record/);
  }
});

test('a missing meta record is refused, so an empty database is too', async (t) => {
  const location = await craft(t, [entries(1, 3, 1)]);
  await withDatabase(location, (database) => database.del(metaKey));
  await checkRefused(location, /meta record is missing/);
  const empty = join(temporaryFolder(t), 'log');
  await withDatabase(empty, async () => {});
  await checkRefused(empty, /meta record is missing/);
});

test('each flipped byte of a record is refused', async (t) => {
  for (const key of [metaKey, null]) {
    const location = await craft(t, [entries(1, 1, 1), entries(2, 1, 1)]);
    await withDatabase(location, async (database) => {
      const [first] = await database.keys({ limit: 1 }).all();
      const record = await database.get(key ?? first ?? metaKey);
      assert.ok(record);
      for (let at = 0; at < record.length; at += 1) {
        const flipped = Uint8Array.from(record);
        flipped[at] = (record[at] ?? 0) ^ 0x10;
        await database.put(key ?? first ?? metaKey, flipped);
        await database.close();
        await checkRefused(location, /checksum of (its meta|a) record .*wrong/);
        await database.open();
      }
    });
  }
});

test('an unknown format version is refused with its version', async (t) => {
  const location = await craft(t, [entries(1, 1, 1)]);
  await withDatabase(location, async (database) => {
    const record = Buffer.from((await database.get(metaKey)) ?? []);
    record[0] = 7;
    record.writeUInt32LE(crc32c(record, 0, record.length - 4), record.length - 4);
    await database.put(metaKey, record);
  });
  await assert.rejects(LevelStore.open(location), {
    code: 'LETO_DATA_FOREIGN',
    message: /log has format version 7, but this program supports only version 1; use the version/,
  });
});

test('a store takes one write at a time', async (t) => {
  const { store } = await createStore(t);
  const write = store.persist(logWrite(hardState(1), entries(1, 1, 1)));
  const second = store.persist(logWrite(null, entries(2, 1, 1)));
  await assert.rejects(second, { code: 'LETO_ASSERTION' });
  await write;
  assert.deepEqual((await store.load()).entries, entries(1, 1, 1));
  await store.close();
});
