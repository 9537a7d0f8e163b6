/**
 * Tests disk threads as the supervisor and a node use them: lives, refused data, failures and
 * ends.
 */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { LetoError } from '../../src/base/errors.js';
import { ByteWriter } from '../../src/codec/index.js';
import type { LogIndex } from '../../src/raft/index.js';
import type { DiskReply, DiskRequest } from '../../src/storage/disk-messages.js';
import { encodeRuns } from '../../src/storage/run-record.js';
import { temporaryFolder } from '../helpers/resources.js';
import { Disk, persisted } from './disk.js';
import { dataOptions, entries, hardState, logWrite, withData } from './fixtures.js';

/** Returns a request to write `count` entries from `first` on, as DiskClient encodes it. */
function persistRequest(first: number, count: number, pad = ''): DiskRequest {
  const runs = encodeRuns(new ByteWriter(), entries(first, count, 1, pad));
  return { type: 'persist', persist: { hardState: hardState(1), runs, snapshot: null } };
}

test('a disk thread opens, serves, closes and ends by itself', async (t) => {
  const options = dataOptions(temporaryFolder(t));
  const disk = new Disk(t, options);
  const client = disk.attachClient();
  assert.deepEqual((await client.load()).entries, []);
  await persisted(client, logWrite(hardState(2, 'n2'), entries(1, 3, 2)));
  client.close();
  await disk.close();
  assert.deepEqual(disk.reports, [{ type: 'opened' }, { type: 'closed' }]);
  const { writes } = JSON.parse(readFileSync(join(options.folder, 'node.json'), 'utf8'));
  assert.equal(writes, 1, 'a clean end updates the identity');
  const state = await withData(options, ({ store }) => store.load());
  assert.deepEqual(state.entries, entries(1, 3, 2));
  assert.deepEqual(state.hardState, hardState(2, 'n2'));
});

test('a new life finds the writes of the last one on the same open disk', async (t) => {
  const disk = new Disk(t, dataOptions(temporaryFolder(t)));
  for (let life = 1; life <= 5; life += 1) {
    const client = disk.attachClient();
    assert.deepEqual((await client.load()).entries, entries(1, life - 1, 1));
    await persisted(client, logWrite(hardState(1), entries(life, 1, 1)));
    client.close();
  }
});

test('a new life is served after all writes of the last one', async (t) => {
  const disk = new Disk(t, dataOptions(temporaryFolder(t)));
  for (let round = 0; round < 10; round += 1) {
    const before = disk.attachClient();
    const from = (await before.load()).entries.length;
    before.close();
    const last = disk.attach();
    // A real life has one write under way; this many make sure that the kill interrupts some.
    for (let at = 1; at <= 20; at += 1) {
      last.postMessage(persistRequest(from + at, 1, 'x'.repeat(10_000)));
    }
    await once(last, 'message');
    const client = disk.attachClient();
    const { entries: loaded } = await client.load();
    assert.ok(loaded.length > from, 'a confirmed write is missing');
    const rival = logWrite(hardState(2 + round), entries(from + 1, 1, 2 + round));
    await persisted(client, rival);
    const { entries: after } = await client.load();
    assert.deepEqual(after, [...loaded.slice(0, from), ...rival.entries], 'a late write came');
    client.close();
  }
});

test('the port of the last life is closed', async (t) => {
  const disk = new Disk(t, dataOptions(temporaryFolder(t)));
  const failures: LetoError[] = [];
  const client = disk.attachClient((error) => failures.push(error));
  await client.load();
  const successor = disk.attachClient();
  await successor.load();
  client.persist(logWrite(hardState(1), []), () => assert.fail('it was confirmed'));
  await persisted(successor, logWrite(hardState(2), []));
  assert.deepEqual((await successor.load()).hardState, hardState(2));
  assert.deepEqual(
    failures.map(({ code }) => code),
    ['LETO_DISK_FAILED'],
  );
});

test('a long log is loaded in messages of a bounded size', async (t) => {
  const disk = new Disk(t, dataOptions(temporaryFolder(t)));
  const client = disk.attachClient();
  const log = entries(1, 12_000, 1, 'x'.repeat(1024));
  for (let at = 0; at < log.length; at += 3000) {
    await persisted(client, logWrite(hardState(1), log.slice(at, at + 3000)));
  }
  assert.deepEqual((await client.load()).entries, log);
  client.close();
  const port = disk.attach();
  port.postMessage({ type: 'load', from: 1 as LogIndex } satisfies DiskRequest);
  const [reply] = (await once(port, 'message')) as [DiskReply];
  assert.ok(reply.type === 'loaded');
  assert.ok(reply.part.runs.length <= 1280 * 1024, `${reply.part.runs.length}`);
  assert.equal(reply.part.runs.buffer.byteLength, reply.part.runs.length);
});

test('refused data is reported to the supervisor and to the node, with its code', async (t) => {
  const options = dataOptions(temporaryFolder(t));
  await withData(options, async () => {});
  rmSync(join(options.folder, 'raft-log'), { recursive: true });
  const disk = new Disk(t, options);
  const early = disk.attachClient(() => {});
  await assert.rejects(early.load(), { code: 'LETO_DATA_DAMAGED', message: /database is missing/ });
  const late = disk.attachClient(() => {});
  await assert.rejects(late.load(), { code: 'LETO_DATA_DAMAGED', message: /database is missing/ });
  await disk.close();
  assert.deepEqual(
    disk.reports.map((report) => (report.type === 'failed' ? report.error.code : report.type)),
    ['LETO_DATA_DAMAGED', 'closed'],
  );
});

/** Creates folders with the names of LevelDB's next files, so that it cannot create those files. */
function breakDisk(folder: string): () => void {
  const log = join(folder, 'raft-log');
  const numbers = readdirSync(log).map((name) => Number.parseInt(name.replace(/\D/g, ''), 10));
  const next = Math.max(...numbers.filter(Number.isFinite)) + 1;
  const names = Array.from({ length: 20 }, (_, at) => `${next + at}`.padStart(6, '0'));
  const blocks = names.map((name) => join(log, `${name}.log`));
  for (const block of blocks) mkdirSync(block);
  return () => {
    for (const block of blocks) rmdirSync(block);
  };
}

test('after a failed write nothing is confirmed any more (P4)', async (t) => {
  const options = dataOptions(temporaryFolder(t));
  const disk = new Disk(t, options);
  let fail: (error: LetoError) => void = () => {};
  const failed = new Promise<LetoError>((resolve) => {
    fail = resolve;
  });
  const client = disk.attachClient((error) => fail(error));
  await client.load();
  const repairDisk = breakDisk(options.folder);
  let confirmed = 0;
  const writeOn = (): void => {
    const next = entries(confirmed + 1, 100, 1, 'x'.repeat(10_000));
    client.persist(logWrite(hardState(1), next), () => {
      confirmed += 100;
      writeOn();
    });
  };
  writeOn();
  const error = await failed;
  assert.equal(error.code, 'LETO_DISK_FAILED');
  assert.match(
    error.message,
    /the disk failed a write to .*raft-log .*Is a directory.*repair the disk/,
  );
  assert.ok(confirmed > 0, 'the disk failed before it worked');
  repairDisk();
  client.persist(logWrite(hardState(9), []), () => assert.fail('it was confirmed'));
  const successor = disk.attachClient(() => {});
  await assert.rejects(successor.load(), { code: 'LETO_DISK_FAILED' });
  await disk.close();
  assert.deepEqual(
    disk.reports.map(({ type }) => type),
    ['opened', 'failed', 'closed'],
  );
  const { entries: log } = await withData(options, ({ store }) => store.load());
  assert.ok(log.length >= confirmed, `${log.length} of ${confirmed}`);
});

test('a write that Raft would never make fails the disk thread', async (t) => {
  const disk = new Disk(t, dataOptions(temporaryFolder(t)));
  const port = disk.attach();
  port.postMessage(persistRequest(5, 1));
  const [reply] = (await once(port, 'message')) as [DiskReply];
  assert.ok(reply.type === 'failed');
  assert.equal(reply.error.code, 'LETO_ASSERTION');
});

test('a close waits for the write under way', async (t) => {
  for (let round = 0; round < 10; round += 1) {
    const options = dataOptions(temporaryFolder(t));
    const disk = new Disk(t, options);
    const port = disk.attach();
    for (let at = 0; at < 10; at += 1) port.postMessage(persistRequest(1 + at * 10, 10));
    await once(port, 'message');
    await disk.close();
    const { entries: log } = await withData(options, ({ store }) => store.load());
    assert.ok(log.length >= 10);
    assert.deepEqual(log, entries(1, log.length, 1));
  }
});

test('a node is told when its disk thread ends', async (t) => {
  const disk = new Disk(t, dataOptions(temporaryFolder(t)));
  const gone = new Promise<LetoError>((resolve) => disk.attachClient(resolve));
  await disk.close();
  assert.equal((await gone).code, 'LETO_DISK_FAILED');
});
