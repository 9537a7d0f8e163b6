import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Cluster, startCluster } from '../../src/cluster/index.js';
import {
  assertEqualLogs,
  leaderAfter,
  patienceMs,
  withClient,
  write,
  writeAnyhow,
} from './fault-cluster.js';

function untilDead(cluster: Cluster, id: string): Promise<void> {
  const isDead = () => cluster.status().nodes.some((n) => n.id === id && n.state === 'dead');
  return cluster.waitUntil(isDead, patienceMs, `${id} to crash`);
}

for (const { type, says } of [
  { type: 'full', says: /space/ },
  { type: 'failing', says: /disk/ },
] as const) {
  test(`a node whose disk is ${type} crashes with a reason, until the fault is removed [P4]`, async () => {
    await using cluster = await startCluster({ port: 0 });
    await cluster.waitForReady();
    const broken = 'n2';
    await cluster.disk(broken, { type });
    await writeAnyhow(cluster, 'first', 'value');
    await untilDead(cluster, broken);
    assert.match(cluster.status().nodes[1]?.error ?? '', says);
    // The node may crash before it serves clients, or right after.
    await cluster.restart(broken).catch(() => {});
    await writeAnyhow(cluster, 'second', 'value');
    await untilDead(cluster, broken);
    await cluster.disk(broken, { type: 'ok' });
    await cluster.restart(broken);
    await assertEqualLogs(cluster);
  });
}

test('with slow disks a leader is elected, and commits', async () => {
  await using cluster = await startCluster({ port: 0, electionTimeoutMs: [1000, 2000] });
  await cluster.waitForReady();
  for (const id of ['n1', 'n2', 'n3']) await cluster.disk(id, { type: 'slow', delayMs: 50 });
  const old = await leaderAfter(cluster, null);
  await cluster.kill(old);
  await leaderAfter(cluster, old);
  await writeAnyhow(cluster, 'key', 'value');
  await cluster.restart(old);
  await assertEqualLogs(cluster);
});

test('a lying disk loses an acknowledged write at the next kill; a healthy one does not [P2]', async () => {
  await using cluster = await startCluster({ nodes: 1, port: 0 });
  const get = (key: string) => withClient(cluster, 'n1', (client) => client.get(key));
  const liveAgain = async () => {
    await cluster.kill('n1');
    await cluster.restart('n1');
    await cluster.waitForReady();
  };
  await cluster.waitForReady();
  await write(cluster, 'n1', 'before', 'value');
  await cluster.disk('n1', { type: 'lying' });
  await write(cluster, 'n1', 'lie', 'value');
  assert.equal(await get('lie'), 'value');
  await liveAgain();
  assert.equal(await get('before'), 'value');
  assert.equal(await get('lie'), null);
  await cluster.disk('n1', { type: 'ok' });
  await write(cluster, 'n1', 'truth', 'value');
  await liveAgain();
  assert.equal(await get('truth'), 'value');
});

test('the next leader replicates again what a lying disk has lost', async () => {
  await using cluster = await startCluster({ port: 0 });
  await cluster.waitForReady();
  await cluster.disk('n1', { type: 'lying' });
  await writeAnyhow(cluster, 'key', 'value');
  // Otherwise a node that never had the entry could be elected with the vote of the one that lost it.
  await assertEqualLogs(cluster);
  await cluster.kill('n1');
  await cluster.restart('n1');
  const believer = await leaderAfter(cluster, null);
  await cluster.kill(believer);
  await leaderAfter(cluster, believer);
  await cluster.restart(believer);
  await assertEqualLogs(cluster);
  assert.equal(await withClient(cluster, 'n1', (client) => client.get('key')), 'value');
});

test('an invalid disk fault is refused with a code, and changes nothing', async () => {
  await using cluster = await startCluster({ nodes: 1, port: 0 });
  await assert.rejects(cluster.disk('n2', { type: 'full' }), { code: 'LETO_NO_SUCH_NODE' });
  const tooSlow = { type: 'slow', delayMs: -1 } as const;
  await assert.rejects(cluster.disk('n1', tooSlow), { code: 'LETO_BAD_OPTION' });
  assert.ok(!cluster.view().events.some(({ event }) => event === 'diskChanged'));
});
