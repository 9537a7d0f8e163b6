import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Cluster, startCluster } from '../../src/cluster/index.js';
import type { ReadMode, TransportKind } from '../../src/control/index.js';
import { endWithTest } from '../helpers/resources.js';
import { assertEqualLogs, leaderAfter, withClient, write } from './fault-cluster.js';

function stateOf(cluster: Cluster, id: string): string | undefined {
  return cluster.status().nodes.find((node) => node.id === id)?.state;
}

function eventsOf(cluster: Cluster, id: string): string[] {
  const { events } = cluster.view();
  return events.filter(({ node }) => node === id).map(({ event }) => event);
}

for (const transport of ['message-port', 'tcp'] as TransportKind[]) {
  describe(`${transport}: pauses`, () => {
    for (const reads of ['linearizable', 'lease'] as ReadMode[]) {
      test(`a ${reads} read that waited in the socket of a paused leader is not stale`, async () => {
        await using cluster = await startCluster({ port: 0, transport, reads });
        await cluster.waitForReady();
        const old = await leaderAfter(cluster, null);
        await write(cluster, old, 'key', 'old');
        await withClient(cluster, old, async (client) => {
          await cluster.pause('leader');
          assert.equal(stateOf(cluster, old), 'paused');
          const answers = Promise.allSettled([client.get('key'), client.set('other', 'x')]);
          const next = await leaderAfter(cluster, old);
          await write(cluster, next, 'key', 'new');
          await cluster.resume(old);
          assert.equal(stateOf(cluster, old), 'running');
          const [read] = await answers;
          if (read.status === 'fulfilled') assert.equal(read.value, 'new');
          else assert.match(String(read.reason), /not leader|UNCERTAIN/);
        });
        await assertEqualLogs(cluster);
        assert.equal(await withClient(cluster, old, (client) => client.get('key')), 'new');
      });
    }

    test('a resumed node catches up with everything that it missed', async () => {
      await using cluster = await startCluster({ port: 0, transport });
      await cluster.waitForReady();
      const leader = await leaderAfter(cluster, null);
      const paused = leader === 'n1' ? 'n2' : 'n1';
      await cluster.pause(paused);
      for (let at = 0; at < 100; at += 1) await write(cluster, leader, `key:${at}`, 'value');
      await cluster.resume('all');
      await assertEqualLogs(cluster);
      const own = eventsOf(cluster, paused);
      assert.ok(own.indexOf('paused') < own.indexOf('resumed'));
    });

    test('a paused node can be killed and restarted', async () => {
      await using cluster = await startCluster({ port: 0, transport });
      await cluster.waitForReady();
      for (let life = 0; life < 3; life += 1) {
        await cluster.pause('n2');
        await cluster.kill('n2');
        assert.equal(stateOf(cluster, 'n2'), 'dead');
        await cluster.restart('n2');
      }
      await assertEqualLogs(cluster);
    });
  });
}

test('a pause or resume that is not possible is refused with a code and a reason', async () => {
  await using cluster = await startCluster({ port: 0 });
  await cluster.waitForReady();
  const refused = (message: RegExp) => ({ code: 'LETO_NODE_STATE', message });
  await assert.rejects(cluster.resume('n1'), refused(/n1 is not paused/));
  await cluster.resume('all');
  await cluster.pause('n1');
  await assert.rejects(cluster.pause('n1'), refused(/n1 is already paused/));
  await assert.rejects(cluster.restart('n1'), refused(/n1 is paused; resume it, or kill it first/));
  await cluster.kill('n1');
  await assert.rejects(cluster.pause('n1'), refused(/n1 is dead; restart it/));
  await assert.rejects(cluster.resume('n1'), refused(/n1 is not paused/));
  await assert.rejects(cluster.pause('all'), { code: 'LETO_NO_SUCH_NODE' });
  await assert.rejects(cluster.pause('n9'), { code: 'LETO_NO_SUCH_NODE' });
});

test('pauses and resumes that overlap leave the cluster healthy', async () => {
  await using cluster = await startCluster({ port: 0 });
  for (let round = 0; round < 20; round += 1) {
    const pause = cluster.pause('n1');
    const resume = cluster.resume('n1');
    await Promise.all([pause, resume]);
  }
  await Promise.all([cluster.pause('n1'), cluster.pause('n2'), cluster.pause('n3')]);
  await cluster.resume('all');
  await assertEqualLogs(cluster);
});

test('closing a cluster gracefully resumes a paused node and stops it', async (t) => {
  const cluster = await endWithTest(t, startCluster({ port: 0 }));
  await cluster.waitForReady();
  await cluster.pause('n2');
  await cluster.close();
  assert.deepEqual(eventsOf(cluster, 'n2').slice(-3), ['paused', 'resumed', 'stopped']);
});

test('closing a cluster by force kills a paused node', async (t) => {
  const cluster = await endWithTest(t, startCluster({ port: 0 }));
  await cluster.waitForReady();
  await cluster.pause('n2');
  await cluster.close({ force: true });
  assert.deepEqual(eventsOf(cluster, 'n2').slice(-2), ['paused', 'killed']);
});

const threadResources = ['MessagePort', 'Worker'];

function threadResourceCount(): number {
  return process.getActiveResourcesInfo().filter((type) => threadResources.includes(type)).length;
}

test('a cluster with many faults leaves no thread and no port behind', async (t) => {
  const before = threadResourceCount();
  const cluster = await endWithTest(t, startCluster({ port: 0 }));
  await cluster.waitForReady();
  assert.ok(threadResourceCount() > before);
  await cluster.link('n1', 'n2', { delayMs: 5000 });
  await cluster.isolate('n3');
  await cluster.pause('n1');
  await cluster.kill('n2');
  await cluster.restart('n2');
  await cluster.pause('n2');
  await cluster.close();
  assert.equal(threadResourceCount(), before);
});

test('a paused node refuses admin commands, and `all` skips it', async () => {
  await using cluster = await startCluster({ port: 0 });
  await cluster.waitForReady();
  await cluster.pause('n2');
  await assert.rejects(cluster.snapshot('n2'), { code: 'LETO_NODE_STATE', message: /paused/ });
  await cluster.snapshot('all');
  await cluster.waitUntil(
    ({ nodes }) => nodes.every(({ id, report }) => id === 'n2' || (report?.snapshotIndex ?? 0) > 0),
    60_000,
    'the snapshots of the others to be reported',
  );
});
