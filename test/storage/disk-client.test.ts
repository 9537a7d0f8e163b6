/**
 * Tests the node's end of the port to its disk thread, with the test in the place of the thread.
 */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { LogIndex } from '../../src/raft/index.js';
import type { DiskReply, DiskRequest } from '../../src/storage/disk-messages.js';
import { DiskClient } from '../../src/storage/index.js';
import { decodeRuns } from '../../src/storage/run-record.js';
import { endWithTest } from '../helpers/resources.js';
import { entries, hardState, logWrite, point, snapshotWrites } from './fixtures.js';

/** Returns a client, its port, and the disk's end of the port for the test. */
function connect(t: TestContext, onFailed: (error: Error) => void = assert.fail) {
  const { port1, port2 } = endWithTest(t, new MessageChannel());
  const client = new DiskClient(port1, onFailed);
  t.after(() => client.close());
  return { client, port: port1, disk: port2 };
}

async function nextRequest(disk: MessagePort): Promise<DiskRequest> {
  const [request] = (await once(disk, 'message')) as [DiskRequest];
  return request;
}

test('entries are posted as runs, each in a buffer of its own', async (t) => {
  const { client, disk } = connect(t);
  for (const [count, pad, runs] of [
    [1, '', 1],
    [300, 'x'.repeat(1024), 2],
  ] as const) {
    const log = entries(1, count, 1, pad);
    const confirmed = new Promise<void>((resolve) =>
      client.persist(logWrite(hardState(1, 'n2'), log), resolve),
    );
    const request = await nextRequest(disk);
    assert.ok(request.type === 'persist');
    assert.deepEqual(request.persist.hardState, hardState(1, 'n2'));
    assert.equal(request.persist.runs.length, runs);
    for (const { bytes } of request.persist.runs)
      assert.equal(bytes.buffer.byteLength, bytes.length);
    const decoded = request.persist.runs.flatMap(({ bytes }) => decodeRuns(bytes.subarray(0, -4)));
    assert.deepEqual(decoded, log);
    disk.postMessage({ type: 'persisted' } satisfies DiskReply);
    await confirmed;
  }
});

test('a second request before the reply is refused', async (t) => {
  const { client } = connect(t);
  client.persist(logWrite(hardState(1), []), assert.fail);
  const again = () => client.persist(logWrite(hardState(2), []), assert.fail);
  assert.throws(again, { code: 'LETO_ASSERTION' });
});

test('a failure is reported once, and nothing is confirmed after it', async (t) => {
  const failures: Error[] = [];
  const { client, port, disk } = connect(t, (error) => failures.push(error));
  client.persist(logWrite(hardState(1), []), assert.fail);
  await nextRequest(disk);
  const error = { code: 'LETO_DISK_FAILED', message: 'no space' } as const;
  disk.postMessage({ type: 'failed', error } satisfies DiskReply);
  disk.postMessage({ type: 'failed', error } satisfies DiskReply);
  disk.close();
  await once(port, 'close');
  client.persist(logWrite(hardState(2), []), assert.fail);
  await assert.rejects(client.load(), error);
  assert.deepEqual(
    failures.map(({ message }) => message),
    ['no space'],
  );
});

function chunkIdOf(number: number) {
  return { snapshotIndex: 9 as LogIndex, number };
}

/** Returns the reply of a disk thread. */
function chunkReply(number: number, data: string): DiskReply {
  const bytes = new Uint8Array(Buffer.from(data, 'latin1'));
  const chunk = { number, bytes, checksum: 17, isLast: false };
  return { type: 'chunk', chunkId: chunkIdOf(number), chunk };
}

test('chunks are read while a write is under way, several at once', async (t) => {
  const { client, disk } = connect(t);
  const requests: DiskRequest[] = [];
  disk.on('message', (request: DiskRequest) => requests.push(request));
  const confirmed = new Promise<void>((resolve) => client.persist(logWrite(null, []), resolve));
  const reads = [3, 4, 5].map((number) => client.readSnapshotChunk(9 as LogIndex, number));
  while (requests.length < 4) await once(disk, 'message');
  assert.deepEqual(
    requests.slice(1),
    [3, 4, 5].map((number) => ({ type: 'readChunk', chunkId: chunkIdOf(number) })),
  );
  disk.postMessage(chunkReply(4, 'second'));
  disk.postMessage({ type: 'persisted' } satisfies DiskReply);
  disk.postMessage({ type: 'chunk', chunkId: chunkIdOf(5), chunk: null } satisfies DiskReply);
  disk.postMessage(chunkReply(3, '\x00\xff'));
  const data = (await Promise.all(reads)).map((chunk) => chunk?.data ?? null);
  assert.deepEqual(data, ['\x00\xff', 'second', null]);
  await confirmed;
});

test('simultaneous reads of a chunk are one request, and a later read is another', async (t) => {
  const { client, disk } = connect(t);
  const requests: DiskRequest[] = [];
  disk.on('message', (request: DiskRequest) => requests.push(request));
  for (const data of ['first', 'second']) {
    const reads = Array.from({ length: 100 }, () => client.readSnapshotChunk(9 as LogIndex, 3));
    await once(disk, 'message');
    disk.postMessage(chunkReply(3, data));
    for (const chunk of await Promise.all(reads)) assert.equal(chunk?.data, data);
  }
  assert.equal(requests.length, 2);
});

test('a chunk is posted in a buffer of its own', async (t) => {
  const { client, disk } = connect(t);
  const [write] = snapshotWrites(point(1, 1), ['x\xff\x00'.repeat(1000)]);
  assert.ok(write);
  client.persist(write, () => {});
  const request = await nextRequest(disk);
  assert.ok(request.type === 'persist' && request.persist.snapshot);
  const { chunk, install } = request.persist.snapshot;
  assert.deepEqual(install, write.snapshot?.install);
  assert.equal(chunk.bytes.buffer.byteLength, 3000);
  assert.equal(Buffer.from(chunk.bytes).toString('latin1'), write.snapshot?.chunk.data);
});

test('a read of more than 32 chunks at a time throws at once', (t) => {
  const { client } = connect(t);
  for (let number = 0; number < 32; number += 1) {
    void client.readSnapshotChunk(1 as LogIndex, number);
  }
  const more = () => client.readSnapshotChunk(1 as LogIndex, 32);
  assert.throws(more, { code: 'LETO_ASSERTION' });
});

test('a failure rejects the reads under way and all later ones', async (t) => {
  const failures: Error[] = [];
  const { client, disk } = connect(t, (error) => failures.push(error));
  const reads = [0, 1].map((number) => client.readSnapshotChunk(1 as LogIndex, number));
  const error = { code: 'LETO_DATA_DAMAGED', message: 'a chunk is damaged' } as const;
  disk.postMessage({ type: 'failed', error } satisfies DiskReply);
  for (const read of reads) await assert.rejects(read, error);
  await assert.rejects(client.readSnapshotChunk(1 as LogIndex, 2), error);
  assert.equal(failures.length, 1);
});
