import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { DiskReply, DiskRequest } from '../../src/storage/disk-messages.js';
import { DiskClient } from '../../src/storage/index.js';
import { decodeRuns } from '../../src/storage/run-record.js';
import { entries, hardState, logWrite } from './fixtures.js';

/** A client, its port, and the disk's end of it in the hands of the test. */
function connect(t: TestContext, onFailed: (error: Error) => void = assert.fail) {
  const { port1, port2 } = new MessageChannel();
  const client = new DiskClient(port1, onFailed);
  t.after(() => client.close());
  return { client, port: port1, disk: port2 };
}

async function nextRequest(disk: MessagePort): Promise<DiskRequest> {
  const [request] = (await once(disk, 'message')) as [DiskRequest];
  return request;
}

test('entries are posted as runs, with no other memory around them', async (t) => {
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

test('a failure is told once, and nothing is confirmed after it', async (t) => {
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
