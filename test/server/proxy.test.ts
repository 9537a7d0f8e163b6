import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Message } from '../../src/raft/index.js';
import { encodeRequest } from '../../src/resp/index.js';
import { n1, n2 } from '../raft/node.js';
import { startCluster, startElected, type TestCluster } from './test-cluster.js';
import type { TestNodeOptions } from './test-node.js';

function proxying(t: TestContext, settings: TestNodeOptions['settings'] = {}) {
  return startElected(t, { settings: { follower: 'proxy', ...settings } });
}

/** Advances the leader's time, so that the followers learn the commit index. */
function beat(cluster: TestCluster): NodeJS.Timeout {
  return setInterval(() => cluster.nodes[0].clock.advance(50), 10);
}

test('a follower forwards writes to the leader, in RESP2 and RESP3', async (t) => {
  const { nodes } = await proxying(t);
  const client = await nodes[1].connect(t);
  assert.equal(await client.ask('set a 1'), '+OK');
  assert.equal(await client.ask('incr a'), 2);
  assert.equal(await client.ask('del a b'), 1);
  await client.ask('hello 3');
  client.send('set a b xx');
  assert.equal(await client.take(3), '_\r\n');
  assert.equal(await client.ask('incrby a x'), '-ERR value is not an integer or out of range');
});

test('GET, SET, GET in one pipeline on a follower give the old value, OK and the new', async (t) => {
  const cluster = await proxying(t);
  const [leader, follower] = cluster.nodes;
  const beats = beat(cluster);
  t.after(() => clearInterval(beats));
  await (await leader.connect(t)).ask('set a 0');
  const client = await follower.connect(t);
  for (let round = 1; round <= 30; round += 1) {
    client.send('get a', `set a ${round}`, 'get a');
    assert.deepEqual(await client.values(3), [String(round - 1), '+OK', String(round)]);
  }
});

test('a read that overtook a write of its own connection is repeated after it', async (t) => {
  const cluster = await proxying(t);
  const [leader, follower] = cluster.nodes;
  await (await leader.connect(t)).ask('set a old');
  const client = await follower.connect(t);
  // The leader's disk is slow, which delays the write but not the read index.
  leader.isDiskWorking = false;
  cluster.loses = isAcknowledgement;
  client.send('set a new', 'get a');
  await leader.until(() => leader.replica.raftState.log.lastIndex === 3);
  cluster.loses = () => false;
  leader.mendDisk();
  const beats = beat(cluster);
  t.after(() => clearInterval(beats));
  assert.deepEqual(await client.values(2), ['+OK', 'new']);
});

function isAcknowledgement(message: Message): boolean {
  return message.type === 'AppendEntriesReply' && message.matchIndex > 2;
}

test('any pipeline on a follower is answered in order', async (t) => {
  const cluster = await proxying(t);
  const client = await cluster.nodes[1].connect(t);
  const beats = beat(cluster);
  t.after(() => clearInterval(beats));
  const count = 300;
  client.write(
    (encodeRequest(['incr', 'n']) + encodeRequest(['get', 'n']) + encodeRequest(['ping'])).repeat(
      count,
    ),
  );
  for (let n = 1; n <= count; n += 1) {
    assert.deepEqual(await client.values(3), [n, String(n), '+PONG']);
  }
});

test('a follower with a password forwards the commands of authenticated clients', async (t) => {
  const { nodes } = await proxying(t, { password: 'sesame' });
  const client = await nodes[1].connect(t);
  assert.equal(await client.ask('set a b'), '-NOAUTH Authentication required.');
  await client.ask('auth sesame');
  assert.equal(await client.ask('set a b'), '+OK');
});

test('a follower without a leader forwards the write when there is one', async (t) => {
  const cluster = await startCluster(t, { settings: { follower: 'proxy' } });
  const [leader, follower] = cluster.nodes;
  const client = await follower.connect(t);
  client.send('set a b', 'ping');
  const other = await follower.connect(t);
  await other.ask('ping');
  assert.equal(client.received, '');
  await leader.lead();
  assert.deepEqual(await client.values(2), ['+OK', '+PONG']);
});

test('a write that was forwarded to an isolated leader is UNCERTAIN', async (t) => {
  const cluster = await proxying(t);
  const [leader, follower] = cluster.nodes;
  const client = await follower.connect(t);
  cluster.isolate(n1);
  client.send('set a b');
  await leader.until(() => leader.replica.raftState.log.lastIndex === 2);
  leader.clock.advance(1000);
  assert.match(await client.line(), /^-UNCERTAIN leadership lost while committing log/);
});

test('a follower without Raft links still forwards writes, by the client port', async (t) => {
  const cluster = await proxying(t);
  cluster.isolate(n2);
  const client = await cluster.nodes[1].connect(t);
  assert.equal(await client.ask('set a b'), '+OK');
});

test('the connection to the leader closes with its client', async (t) => {
  const { nodes } = await proxying(t);
  const [leader, follower] = nodes;
  const client = await follower.connect(t);
  await client.ask('set a b');
  assert.equal(leader.server.connections.size, 1);
  client.socket.destroy();
  await leader.until(() => leader.server.connections.size === 0);
});

test('a client that disconnects before its write is refused leaves no connection', async (t) => {
  const { nodes } = await proxying(t);
  const [leader, follower] = nodes;
  for (let count = 0; count < 50; count += 1) {
    const client = await follower.connect(t);
    client.send('incr n', 'incr n', 'get n');
    client.socket.resetAndDestroy();
  }
  await follower.until(() => follower.server.connections.size === 0);
  const last = await follower.connect(t);
  await last.ask('incr n');
  await leader.until(() => leader.server.connections.size === 1);
});

test('closing the server closes its connections to the leader', async (t) => {
  const { nodes } = await proxying(t);
  const client = await nodes[1].connect(t);
  await client.ask('set a b');
  await nodes[1].stop();
  await nodes[0].until(() => nodes[0].server.connections.size === 0);
});
