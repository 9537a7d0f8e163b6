import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { n1, n2, n3 } from '../raft/node.js';
import type { TestClient } from './test-client.js';
import { startCluster, startElected, type TestCluster } from './test-cluster.js';
import { startLeader } from './test-node.js';

/** Advances the time of all nodes. */
function runTime(t: TestContext, cluster: TestCluster): void {
  const timer = setInterval(() => {
    for (const node of cluster.nodes) node.clock.advance(10);
  }, 2);
  t.after(() => clearInterval(timer));
}

async function leaderOf(client: TestClient): Promise<unknown> {
  const leader = await client.ask('raft leader');
  return Array.isArray(leader) ? leader[0] : leader;
}

test('SNAPSHOT is answered when the snapshot is on disk and the log is compacted', async (t) => {
  const node = await startLeader(t, { raft: { trailingBytesMax: 0 } });
  const client = await node.connect(t);
  await client.ask('set a b');
  node.isDiskWorking = false;
  client.send('snapshot');
  const other = await node.connect(t);
  assert.equal(await other.ask('ping'), '+PONG');
  assert.equal(client.received, '');
  node.mendDisk();
  assert.equal(await client.value(), '+OK');
  assert.equal(node.replica.raftState.snapshot.index, 2);
  assert.deepEqual(await client.ask('raft log'), []);
  assert.equal(await client.ask('get a'), 'b');
});

test('SNAPSHOT without new entries is an error', async (t) => {
  const client = await (await startLeader(t)).connect(t);
  assert.equal(await client.ask('snapshot'), '+OK');
  assert.equal(await client.ask('SNAPSHOT'), '-nothing new to snapshot');
  assert.equal(await client.ask('set a b'), '+OK');
  assert.equal(await client.ask('snapshot'), '+OK');
});

test('the answer to SNAPSHOT keeps its place in the pipeline', async (t) => {
  const client = await (await startLeader(t)).connect(t);
  client.send('set a 1', 'ping', 'snapshot', 'ping', 'incr a', 'nonsense');
  const answers = await client.values(6);
  assert.deepEqual(answers.slice(0, 2), ['+OK', '+PONG']);
  assert.ok(['+OK', '-nothing new to snapshot'].includes(String(answers[2])));
  assert.deepEqual(answers.slice(3, 5), ['+PONG', 2]);
  assert.match(String(answers[5]), /^-ERR unknown command/);
});

test('SNAPSHOT on a follower affects that node only', async (t) => {
  const cluster = await startElected(t);
  runTime(t, cluster);
  const [leader, follower] = cluster.nodes;
  await (await leader.connect(t)).ask('set a b');
  await follower.until(() => follower.replica.raftState.lastApplied === 2);
  assert.equal(await (await follower.connect(t)).ask('snapshot'), '+OK');
  assert.equal(follower.replica.raftState.snapshot.index, 2);
  assert.equal(leader.replica.raftState.snapshot.index, 0);
});

test('a client that disconnects before its SNAPSHOT is done harms nothing', async (t) => {
  const node = await startLeader(t);
  const client = await node.connect(t);
  node.isDiskWorking = false;
  client.send('snapshot');
  const other = await node.connect(t);
  await other.ask('ping');
  client.socket.resetAndDestroy();
  await node.until(() => node.server.connections.size === 1);
  node.mendDisk();
  assert.equal(await other.ask('set a b'), '+OK');
});

test('RAFT TRANSFER is answered when the target leads (3.10)', async (t) => {
  const cluster = await startElected(t);
  runTime(t, cluster);
  const client = await cluster.nodes[0].connect(t);
  assert.equal(await client.ask('raft transfer n2'), '+OK');
  assert.equal(await leaderOf(client), n2);
  const [, target] = cluster.nodes;
  assert.equal(target.replica.raftState.role, 'leader');
  assert.equal(await (await target.connect(t)).ask('set a b'), '+OK');
});

test('RAFT TRANSFER to the leader itself is OK', async (t) => {
  const client = await (await startElected(t)).nodes[0].connect(t);
  assert.equal(await client.ask('raft transfer n1'), '+OK');
});

test('RAFT TRANSFER to an unknown node is refused', async (t) => {
  const client = await (await startElected(t)).nodes[0].connect(t);
  const error = '-ERR no such voter in this cluster; see RAFT STATUS';
  assert.equal(await client.ask('raft transfer n9'), error);
  assert.equal(await client.ask('raft transfer'), error);
});

test('RAFT TRANSFER on a follower names the leader, if it is known', async (t) => {
  const elected = await startElected(t);
  const follower = await elected.nodes[1].connect(t);
  const { port } = elected.nodes[0];
  const error = `-not leader, leader is n1 at 127.0.0.1:${port}`;
  assert.equal(await follower.ask('raft transfer n2'), error);
  const cluster = await startCluster(t);
  const client = await cluster.nodes[0].connect(t);
  assert.equal(await client.ask('raft transfer n2'), '-not leader');
});

test('RAFT TRANSFER to an isolated node fails, and the leader accepts writes again (3.10)', async (t) => {
  const cluster = await startElected(t);
  const [leader] = cluster.nodes;
  const [client, writer] = [await leader.connect(t), await leader.connect(t)];
  cluster.isolate(n3);
  client.send('raft transfer n3');
  await leader.until(() => leader.replica.raftState.leadership?.transfer != null);
  const refused = String(await writer.ask('set a b'));
  assert.match(refused, /^-not leader$/);
  runTime(t, cluster);
  const error = 'ERR the target did not take over in time; its log may be behind; try again';
  assert.equal(await client.value(), `-${error}`);
  assert.equal(await leaderOf(client), n1);
  assert.equal(await writer.ask('set a b'), '+OK');
});
