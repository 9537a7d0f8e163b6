import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Cluster, startCluster } from '../../src/cluster/index.js';
import type { ClusterOptions, TransportKind } from '../../src/control/index.js';
import {
  assertEqualLogs,
  leaderAfter,
  othersThan,
  untilRole,
  withClient,
  write,
  writeAnyhow,
} from './fault-cluster.js';

/** The answers that a write may get when it is not acknowledged. */
const notAcknowledged = /UNCERTAIN|not leader/;

type Fact = readonly [
  fact: string,
  check: (cluster: Cluster) => Promise<void>,
  options?: ClusterOptions,
];

/** Time-outs so long that the link delays do not depose a working leader. */
const patient: ClusterOptions = { electionTimeoutMs: [1000, 2000] };

const facts: readonly Fact[] = [
  ['an isolated leader acknowledges nothing and steps down; the others elect', isolateLeader],
  ['of five nodes in groups of 2 and 3 only the three make progress', splitFive, { nodes: 5 }],
  ['a follower that hears from no leader asks for votes; the others continue', deafenFollower],
  ['cut links stay cut in the next lives of their nodes', isolateLives],
  [
    'over links with 100 ms of delay or more a leader is elected, and commits',
    (cluster) => electOver(cluster, { delayMs: 100, jitterMs: 50 }),
    patient,
  ],
  [
    'over links that drop 30% of messages a leader is elected, and commits',
    (cluster) => electOver(cluster, { drop: 0.3 }),
    patient,
  ],
];

for (const transport of ['message-port', 'tcp'] as TransportKind[]) {
  for (const [fact, check, options] of facts) {
    test(`${transport}: ${fact}`, async () => {
      await using cluster = await startCluster({ port: 0, transport, ...options });
      await cluster.waitForReady();
      await check(cluster);
      await cluster.heal();
      assert.deepEqual(cluster.status().links, []);
      await assertEqualLogs(cluster);
    });
  }
}

async function isolateLeader(cluster: Cluster): Promise<void> {
  const old = await leaderAfter(cluster, null);
  await cluster.isolate('leader');
  await withClient(cluster, old, (client) =>
    Promise.all([
      assert.rejects(client.set('key', 'of the old'), notAcknowledged),
      assert.rejects(client.get('key'), notAcknowledged),
    ]),
  );
  await untilRole(cluster, old, 'follower', 'preCandidate');
  await write(cluster, await leaderAfter(cluster, old), 'key', 'of the next');
  await cluster.heal();
  await cluster.waitForReady();
  assert.equal(await withClient(cluster, old, (client) => client.get('key')), 'of the next');
}

async function splitFive(cluster: Cluster): Promise<void> {
  const old = await leaderAfter(cluster, null);
  const [friend = ''] = othersThan(cluster, old);
  await cluster.partition([old, friend]);
  assert.equal(cluster.status().links.length, 12);
  await withClient(cluster, old, (client) =>
    assert.rejects(client.set('key', 'of the two'), notAcknowledged),
  );
  const next = await leaderAfter(cluster, old);
  assert.ok(othersThan(cluster, old, friend).includes(next));
  await write(cluster, next, 'key', 'of the three');
  await cluster.heal();
  await cluster.waitForReady();
  assert.equal(await withClient(cluster, friend, (client) => client.get('key')), 'of the three');
}

async function deafenFollower(cluster: Cluster): Promise<void> {
  const leader = await leaderAfter(cluster, null);
  const [deaf = ''] = othersThan(cluster, leader);
  await cluster.cut(leader, deaf, { oneWay: true });
  await untilRole(cluster, deaf, 'preCandidate');
  await writeAnyhow(cluster, 'key', 'value');
  assert.equal(cluster.status().links.length, 1);
}

async function isolateLives(cluster: Cluster): Promise<void> {
  await cluster.isolate('n2');
  await cluster.kill('n2');
  await cluster.restart('n2');
  await untilRole(cluster, 'n2', 'preCandidate');
  await cluster.kill('n1');
  await cluster.kill('n3');
  await cluster.restart('all');
  await leaderAfter(cluster, null);
  await untilRole(cluster, 'n2', 'preCandidate');
}

async function electOver(cluster: Cluster, fault: Parameters<Cluster['link']>[2]): Promise<void> {
  await cluster.link('n1', 'n2', fault);
  await cluster.link('n1', 'n3', fault);
  await cluster.link('n2', 'n3', fault);
  const old = await leaderAfter(cluster, null);
  await cluster.kill(old);
  await leaderAfter(cluster, old);
  await writeAnyhow(cluster, 'key', 'value');
  await cluster.restart(old);
  await assertEqualLogs(cluster);
}

test('a node that is added under the id of a removed, isolated node has healthy links', async () => {
  await using cluster = await startCluster({ nodes: 4, port: 0 });
  await cluster.waitForReady();
  await cluster.isolate('n4');
  await cluster.remove('n4');
  assert.deepEqual(cluster.status().links, []);
  await cluster.add();
  await assertEqualLogs(cluster);
});

test('an invalid link intent is refused with a code, and changes nothing', async () => {
  await using cluster = await startCluster({ port: 0 });
  await assert.rejects(cluster.cut('n1', 'n7'), { code: 'LETO_NO_SUCH_NODE' });
  await assert.rejects(cluster.cut('n1', 'n1'), { code: 'LETO_BAD_OPTION' });
  await assert.rejects(cluster.link('n1', 'n2', { drop: 2 }), { code: 'LETO_BAD_OPTION' });
  await assert.rejects(cluster.partition(['n1', 'n2', 'n3']), { code: 'LETO_BAD_OPTION' });
  await assert.rejects(cluster.isolate('all'), { code: 'LETO_NO_SUCH_NODE' });
  assert.deepEqual(cluster.status().links, []);
  assert.ok(!cluster.view().events.some(({ event }) => event === 'linkChanged'));
});
