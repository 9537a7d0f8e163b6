/** Writes while leaders are killed or stopped again and again. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startCluster } from '../../src/cluster/index.js';
import { isReady, type TransportKind } from '../../src/control/index.js';
import { leaderIn, missingOn, WriteLoad } from '../helpers/load.js';

const rounds = 20;
const patienceMs = 60_000;

for (const transport of ['message-port', 'tcp'] as TransportKind[]) {
  test(`${transport}: ${rounds} leaders are killed under writes, and no acknowledged write is lost`, async () => {
    await using cluster = await startCluster({ port: 0, transport });
    await cluster.waitForReady();
    const load = new WriteLoad(leaderIn(cluster), 4);
    for (let round = 0; round < rounds; round += 1) {
      await load.acknowledged(20);
      const leader = cluster.status().leader;
      assert.ok(leader);
      await cluster.kill(leader);
      await load.acknowledged(20);
      await cluster.restart(leader);
      await cluster.waitUntil(isReady, patienceMs, `${leader} to catch up`);
    }
    const tally = await load.stop();
    assert.ok(tally.acknowledged.size >= rounds * 40);
    for (const { port } of cluster.addresses()) assert.deepEqual(await missingOn(port, tally), []);
  });

  test(`${transport}: all nodes are killed under writes, and no acknowledged write is lost`, async () => {
    await using cluster = await startCluster({ port: 0, transport });
    await cluster.waitForReady();
    const load = new WriteLoad(leaderIn(cluster), 4);
    await load.acknowledged(200);
    await cluster.kill('all');
    await cluster.restart('all');
    await cluster.waitUntil(isReady, patienceMs, 'a leader');
    await load.acknowledged(50);
    const tally = await load.stop();
    for (const { port } of cluster.addresses()) assert.deepEqual(await missingOn(port, tally), []);
  });
}

test('leaders are stopped gracefully under writes, and no write is left uncertain (3.10)', async () => {
  await using cluster = await startCluster({ port: 0 });
  await cluster.waitForReady();
  const load = new WriteLoad(leaderIn(cluster), 4);
  for (let round = 0; round < 10; round += 1) {
    await load.acknowledged(20);
    const leader = cluster.status().leader;
    assert.ok(leader);
    await cluster.stop(leader);
    await load.acknowledged(20);
    await cluster.restart(leader);
    await cluster.waitUntil(isReady, patienceMs, `${leader} to catch up`);
  }
  const tally = await load.stop();
  assert.equal(tally.unknown, 0);
  for (const { port } of cluster.addresses()) assert.deepEqual(await missingOn(port, tally), []);
});
