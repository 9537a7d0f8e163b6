/** Membership changes under write load, through the library. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Cluster, startCluster } from '../../src/cluster/index.js';
import type { TransportKind } from '../../src/control/index.js';
import { leaderIn, missingOn, WriteLoad } from '../helpers/load.js';

/** Resolves when all members have applied the same index. */
async function untilSame(cluster: Cluster): Promise<void> {
  await cluster.waitUntil(
    ({ nodes }) => new Set(nodes.map(({ report }) => report?.lastApplied)).size === 1,
    60_000,
    'all nodes to be at the same index',
  );
}

for (const transport of ['message-port', 'tcp'] as TransportKind[]) {
  test(`${transport}: a cluster grows from 1 to 5 nodes and shrinks to 3 under writes, and loses none (4.1)`, async () => {
    await using cluster = await startCluster({ port: 0, transport, nodes: 1 });
    await cluster.waitForReady();
    const load = new WriteLoad(leaderIn(cluster), 4);
    const change = async (action: () => Promise<void>) => {
      await load.acknowledged(50);
      await action();
      await load.acknowledged(50);
    };
    for (const id of ['n2', 'n3', 'n4', 'n5']) {
      await change(() => cluster.add());
      const node = cluster.status().nodes.find((member) => member.id === id);
      assert.equal(node?.state, 'running');
    }
    await change(() => cluster.snapshot('all'));
    await change(() => cluster.transfer('n4'));
    await change(() => cluster.remove('leader'));
    await change(() => cluster.remove('n1'));
    const tally = await load.stop();
    assert.deepEqual(
      cluster.status().nodes.map(({ id }) => id),
      ['n2', 'n3', 'n5'],
    );
    await untilSame(cluster);
    for (const { port } of cluster.addresses()) assert.deepEqual(await missingOn(port, tally), []);
  });
}

test('a removed node comes back with its data, and catches up from a snapshot', async () => {
  await using cluster = await startCluster({ port: 0 });
  await cluster.waitForReady();
  const load = new WriteLoad(leaderIn(cluster), 4);
  await load.acknowledged(200);
  await cluster.transfer('n1').catch(() => {});
  await cluster.remove('n3');
  await load.acknowledged(50);
  await cluster.snapshot('all');
  await cluster.add();
  await load.acknowledged(50);
  const tally = await load.stop();
  await untilSame(cluster);
  const n3 = cluster.status().nodes.find(({ id }) => id === 'n3');
  assert.ok(n3?.voter);
  for (const { port } of cluster.addresses()) assert.deepEqual(await missingOn(port, tally), []);
});
