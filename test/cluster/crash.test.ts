import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Cluster } from '../../src/cluster/cluster.js';
import { leaderOf } from '../../src/control/index.js';
import { connectTo } from '../helpers/load.js';

const threads = {
  node: new URL('./fixture-worker.js', import.meta.url),
  disk: new URL('../../src/storage/disk-worker.js', import.meta.url),
  resourceLimits: { maxOldGenerationSizeMb: 64 },
};
const patienceMs = 60_000;

function startWithFault(name: string): Promise<Cluster> {
  return Cluster.start({ name, port: 0 }, threads);
}

function n2(cluster: Cluster) {
  const node = cluster.view().nodes[1];
  assert.ok(node);
  return node;
}

async function assertOthersServe(t: TestContext, cluster: Cluster): Promise<void> {
  const others = (id: string | undefined) => id === 'n1' || id === 'n3';
  await cluster.waitUntil((view) => others(leaderOf(view)?.id), patienceMs, 'a leader');
  const client = connectTo(t, leaderOf(cluster.view())?.respPort ?? 0);
  await client.connect();
  assert.equal(await client.set('a', 'b'), 'OK');
  client.disconnect();
}

const crashes = [
  { name: 'throws', reason: /TypeError: planted/ },
  { name: 'rejects', reason: /TypeError: planted/ },
  { name: 'runs-out-of-memory', reason: /memory/ },
];

for (const { name, reason } of crashes) {
  test(`a node that ${name} is reported dead with its reason, and the others continue`, async (t) => {
    await using cluster = await startWithFault(name);
    const isDead = () => n2(cluster).state === 'dead';
    await cluster.waitUntil(isDead, patienceMs, 'the crash');
    assert.match(n2(cluster).error ?? '', reason);
    const crashed = cluster.view().events.find(({ event }) => event === 'crashed');
    assert.equal(crashed?.node, 'n2');
    assert.match(crashed?.reason ?? '', reason);
    await assertOthersServe(t, cluster);
  });
}

test('a pause waits for a node that is stuck in a loop, and fails once the node is killed', async (t) => {
  await using cluster = await startWithFault('spins-for-ever');
  const spins = () => cluster.view().events.some(({ reason }) => reason === 'spins');
  await cluster.waitUntil(spins, patienceMs, 'n2 to spin');
  const pause = assert.rejects(cluster.pause('n2'), { code: 'LETO_NODE_STATE', message: /died/ });
  await assertOthersServe(t, cluster);
  assert.equal(n2(cluster).state, 'running');
  await cluster.kill('n2');
  await pause;
  await assert.rejects(cluster.resume('n2'), { code: 'LETO_NODE_STATE', message: /not paused/ });
});

test('a node that is stuck in a loop can be killed and restarted', async (t) => {
  await using cluster = await startWithFault('spins-for-ever');
  await assertOthersServe(t, cluster);
  for (let life = 0; life < 3; life += 1) {
    await cluster.kill('n2');
    assert.equal(n2(cluster).state, 'dead');
    assert.equal(n2(cluster).error, null);
    await cluster.restart('n2');
  }
  await cluster.close({ force: true });
});
