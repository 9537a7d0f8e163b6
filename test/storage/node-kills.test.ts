/** Kills the thread of a node many times while its disk thread lives on. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { endWithTest, temporaryFolder } from '../helpers/resources.js';
import { Disk } from './disk.js';
import { dataOptions, entries, withData } from './fixtures.js';
import type { KillableNodeData } from './killable-node.js';

const lives = 200;

/** Every kill comes while a synced write is under way; each tenth node hangs in a loop as well. */
test(`none of ${lives} kills of a node's thread loses a confirmed write`, async (t) => {
  const options = dataOptions(temporaryFolder(t));
  const disk = new Disk(t, options);
  const confirmed = new Int32Array(new SharedArrayBuffer(4));
  for (let life = 1; life <= lives; life += 1) {
    const confirmedBefore = Atomics.load(confirmed, 0);
    const loaded = await liveAndDie(t, disk, confirmed, life);
    assert.ok(loaded >= confirmedBefore, `life ${life}: ${loaded} of ${confirmedBefore}`);
  }
  await disk.close();
  assert.deepEqual(
    disk.reports.map(({ type }) => type),
    ['opened', 'closed'],
  );
  const { entries: log } = await withData(options, ({ store }) => store.load());
  assert.ok(log.length >= Atomics.load(confirmed, 0) && log.length > lives);
  assert.deepEqual(log, entries(1, log.length, 1));
});

/** Runs one life until it is killed; resolves to the last index that it found on its disk. */
async function liveAndDie(
  t: TestContext,
  disk: Disk,
  confirmed: Int32Array,
  life: number,
): Promise<number> {
  const port = disk.attach();
  const hangs = life % 10 === 0;
  const writesMax = 1 + (life % 7);
  const workerData: KillableNodeData = {
    port,
    confirmed,
    life,
    hangAfter: hangs ? writesMax : Number.POSITIVE_INFINITY,
  };
  const url = new URL('./killable-node.js', import.meta.url);
  const node = endWithTest(t, new Worker(url, { workerData, transferList: [port] }));
  const exit = once(node, 'exit');
  const [loaded] = (await once(node, 'message')) as [number];
  for (let writes = 0; writes < writesMax; writes += 1) await once(node, 'message');
  await node.terminate();
  await exit;
  return loaded;
}
