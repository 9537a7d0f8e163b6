/** Runs stores on a small file system until it is full, then makes room and checks the data. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { LetoError } from '../../src/base/errors.js';
import type { Persist } from '../../src/raft/index.js';
import { DataFolder } from '../../src/storage/data-folder.js';
import { atEnd, temporaryFolder } from '../helpers/resources.js';
import { cannotMount, mount } from '../helpers/small-disk.js';
import {
  dataOptions,
  entries,
  hardState,
  logWrite,
  point,
  snapshotWrites,
  withData,
} from './fixtures.js';

const pad = 'x'.repeat(20_000);

const skip = cannotMount();

/** Mounts a small file system. Returns its folder, and a function that makes room on it. */
function smallDisk(t: TestContext, size: string): [folder: string, makeRoom: () => void] {
  const folder = temporaryFolder(t);
  assert.ok(mount('-o', `size=${size}`, 'tmpfs', folder));
  atEnd(t, () => spawnSync('umount', ['--lazy', folder]));
  return [folder, () => assert.ok(mount('-o', 'remount,size=64m', 'tmpfs', folder))];
}

/** Writes until the disk fails; resolves to the number of confirmed writes. */
async function writeUntilFull({ store }: DataFolder, writes: Iterable<Persist>): Promise<number> {
  let confirmed = 0;
  try {
    for (const write of writes) {
      await store.persist(write);
      confirmed += 1;
    }
  } catch (error) {
    const { code, message } = error as LetoError;
    assert.equal(code, 'LETO_DISK_FAILED', message);
    assert.match(
      message,
      /failed a write to .*raft-log .*No space left on device.*free some space/,
    );
    await assert.rejects(store.persist(logWrite(null, [])), { code: 'LETO_ASSERTION' });
    return confirmed;
  }
  return assert.fail('the disk never became full');
}

function* logWrites(): Generator<Persist> {
  for (let index = 1; index < 10_000; index += 1) {
    yield logWrite(hardState(1), entries(index, 1, 1, pad));
  }
}

/** Checks that the data cannot be opened while there is no room, at either of two starts. */
async function checkRefused(folder: string): Promise<void> {
  for (let start = 1; start <= 2; start += 1) {
    await assert.rejects(DataFolder.open(dataOptions(folder)), {
      code: 'LETO_DATA_UNWRITABLE',
      message: /^cannot write to .*No space left on device.*with free space/,
    });
  }
}

for (const size of ['1m', '3m', '9m']) {
  test(`a log on a disk of ${size} that becomes full loses no confirmed write (P4)`, {
    skip,
  }, async (t) => {
    const [disk, makeRoom] = smallDisk(t, size);
    const folder = join(disk, 'n1');
    const data = await DataFolder.open(dataOptions(folder));
    const confirmed = await writeUntilFull(data, logWrites());
    await data.close();
    await checkRefused(folder);
    makeRoom();
    const log = await withData(dataOptions(folder), async ({ store }) => {
      const { entries: found } = await store.load();
      await store.persist(logWrite(null, entries(found.length + 1, 1, 1, pad)));
      return (await store.load()).entries;
    });
    assert.ok(confirmed > 0 && log.length > confirmed, `${log.length} of ${confirmed}`);
    assert.deepEqual(log, entries(1, log.length, 1, pad));
  });
}

test('a snapshot that does not fit on the disk leaves the old one (S6)', { skip }, async (t) => {
  const [disk, makeRoom] = smallDisk(t, '5m');
  const folder = join(disk, 'n1');
  const data = await DataFolder.open(dataOptions(folder));
  await data.store.persist(logWrite(hardState(1), entries(1, 9, 1)));
  for (const write of snapshotWrites(point(4, 1), ['old'], point(2, 1))) {
    await data.store.persist(write);
  }
  const before = await data.store.load();
  const pieces = Array.from({ length: 1000 }, (_, at) => `${at}${pad}`);
  const confirmed = await writeUntilFull(data, snapshotWrites(point(9, 1), pieces, point(9, 1)));
  await data.close();
  await checkRefused(folder);
  makeRoom();
  await withData(dataOptions(folder), async ({ store }) => {
    assert.ok(confirmed > 0);
    assert.deepEqual(await store.load(), before);
    const { index } = before.snapshot;
    assert.equal((await store.readSnapshotChunk(index, 0))?.data, 'old');
    for (const write of snapshotWrites(point(9, 1), ['new'], point(9, 1))) {
      await store.persist(write);
    }
  });
  const after = await withData(dataOptions(folder), ({ store }) => store.load());
  assert.deepEqual(after.snapshot, point(9, 1));
});
