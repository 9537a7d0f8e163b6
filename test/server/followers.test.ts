import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FollowerMode } from '../../src/control/index.js';
import { keySlot } from '../../src/server/redirection.js';
import { n1, n2 } from '../raft/node.js';
import { startCluster, startElected } from './test-cluster.js';

const writes = ['set a b', 'mset a b c d', 'incr a', 'append a b', 'del a', 'flushall'];

test('a follower refuses a write and names the leader and its address', async (t) => {
  const { nodes } = await startElected(t);
  const client = await nodes[1].connect(t);
  const text = `-not leader, leader is n1 at 127.0.0.1:${nodes[0].port}`;
  for (const write of writes) assert.equal(await client.ask(write), text);
  assert.equal(await (await nodes[0].connect(t)).ask('exists a'), 0);
});

test('a follower that knows no leader refuses a write and a read', async (t) => {
  const { nodes } = await startCluster(t);
  const client = await nodes[1].connect(t);
  assert.equal(await client.ask('set a b'), '-not leader');
  assert.equal(await client.ask('get a'), '-not leader');
});

test('a follower in mode moved redirects by slot, as Redis Cluster does', async (t) => {
  const { nodes } = await startElected(t, { settings: { follower: 'moved' } });
  const client = await nodes[1].connect(t);
  const to = `127.0.0.1:${nodes[0].port}`;
  assert.equal(await client.ask('set 123456789 x'), `-MOVED 12739 ${to}`);
  assert.equal(await client.ask('mset a b c d'), `-MOVED ${keySlot('a')} ${to}`);
  assert.equal(await client.ask('del {tag}a {tag}b'), `-MOVED ${keySlot('tag')} ${to}`);
  assert.equal(await client.ask('flushall'), `-MOVED ${keySlot('')} ${to}`);
});

test('a follower in mode moved without a leader answers CLUSTERDOWN', async (t) => {
  const { nodes } = await startCluster(t, { settings: { follower: 'moved' } });
  const client = await nodes[1].connect(t);
  assert.equal(await client.ask('set a b'), '-CLUSTERDOWN no leader');
  assert.equal(await client.ask('get a'), '-CLUSTERDOWN no leader');
});

test('RAFT FOLLOWER sets the mode of one connection', async (t) => {
  const { nodes } = await startElected(t);
  const [one, two] = [await nodes[1].connect(t), await nodes[1].connect(t)];
  const starts: Readonly<Record<FollowerMode, RegExp>> = {
    moved: /^-MOVED /,
    proxy: /^\+OK$/,
    error: /^-not leader, /,
  };
  for (const [mode, reply] of Object.entries(starts)) {
    assert.equal(await one.ask(`raft FOLLOWER ${mode.toUpperCase()}`), '+OK');
    assert.match(String(await one.ask('set a b')), reply);
    assert.match(String(await two.ask('set a b')), starts.error);
  }
  const error = '-ERR RAFT FOLLOWER takes one of error, moved, proxy';
  assert.equal(await one.ask('raft follower x'), error);
});

test('a linearizable read on a follower sees all acknowledged writes', async (t) => {
  const { nodes } = await startElected(t);
  const [leader, follower] = [await nodes[0].connect(t), await nodes[1].connect(t)];
  for (let at = 0; at < 20; at += 1) {
    assert.equal(await leader.ask(`set a ${at}`), '+OK');
    const reading = follower.ask('get a');
    // The follower learns what is committed with the next heartbeat.
    nodes[0].clock.advance(50);
    assert.equal(await reading, String(at));
  }
});

test('an isolated follower serves local reads but no linearizable ones', async (t) => {
  const cluster = await startElected(t);
  const [leader, follower] = cluster.nodes;
  await (await leader.connect(t)).ask('set a b');
  leader.clock.advance(50);
  await follower.until(() => follower.replica.raftState.lastApplied === 2);
  cluster.isolate(n2);
  const client = await follower.connect(t);
  assert.equal(await client.ask('raft reads local'), '+OK');
  assert.equal(await client.ask('get a'), 'b');
  assert.equal(await client.ask('RAFT READS Linearizable'), '+OK');
  client.send('get a');
  const other = await follower.connect(t);
  await other.ask('ping');
  assert.equal(client.received, '');
  const error = '-ERR RAFT READS takes one of linearizable, lease, local';
  assert.equal(await other.ask('raft reads x'), error);
});

test('a read that no quorum confirms in time is answered with not leader', async (t) => {
  const cluster = await startElected(t);
  const [leader] = cluster.nodes;
  const client = await leader.connect(t);
  cluster.isolate(n1);
  client.send('get a');
  await leader.until(() => leader.server.counters.commandsProcessed === 1);
  leader.clock.advance(5000);
  assert.equal(await client.line(), '-not leader');
});

test('a leader without a quorum does not redirect clients to itself', async (t) => {
  const settings = { follower: 'moved' } as const;
  const cluster = await startElected(t, { settings, raft: { checkQuorum: false } });
  const [leader] = cluster.nodes;
  const client = await leader.connect(t);
  cluster.isolate(n1);
  client.send('get a');
  await leader.until(() => leader.server.counters.commandsProcessed === 1);
  await (await leader.connect(t)).ask('ping');
  leader.clock.advance(5000);
  assert.equal(await client.line(), '-CLUSTERDOWN no leader');
  assert.equal(leader.replica.raftState.role, 'leader');
});

test('a write that no quorum confirms in time is UNCERTAIN', async (t) => {
  const cluster = await startElected(t, { raft: { checkQuorum: false } });
  const [leader] = cluster.nodes;
  const client = await leader.connect(t);
  cluster.isolate(n1);
  client.send('set a b', 'ping');
  await leader.until(() => leader.replica.raftState.log.lastIndex === 2);
  leader.clock.advance(5000);
  const uncertain = '-UNCERTAIN no quorum answered in time: the write may or may not happen';
  assert.deepEqual(await client.values(2), [uncertain, '+PONG']);
});

test('a write whose leader steps down is UNCERTAIN', async (t) => {
  const cluster = await startElected(t);
  const [leader] = cluster.nodes;
  const client = await leader.connect(t);
  cluster.isolate(n1);
  client.send('set a b');
  await leader.until(() => leader.replica.raftState.log.lastIndex === 2);
  leader.clock.advance(1000);
  assert.equal(
    await client.line(),
    '-UNCERTAIN leadership lost while committing log: the write may or may not happen',
  );
});

test('a write beyond the memory limit is refused as in Redis, but a deletion is not', async (t) => {
  const { nodes } = await startElected(t, { settings: { maxMemoryBytes: 100 } });
  const client = await nodes[0].connect(t);
  assert.equal(await client.ask('set a 12345678901234567890'), '+OK');
  const oom = "-OOM command not allowed when used memory > 'maxmemory'.";
  for (const write of ['set b c', 'append a b', 'incr n', 'mset a b']) {
    assert.equal(await client.ask(write), oom);
  }
  assert.equal(await client.ask('get a'), '12345678901234567890');
  assert.equal(await client.ask('del a'), 1);
  assert.equal(await client.ask('set b c'), '+OK');
});

test('writes beyond the limit of uncommitted bytes are refused as BUSY', async (t) => {
  const cluster = await startElected(t, { raft: { uncommittedBytesMax: 100 } });
  const [leader] = cluster.nodes;
  cluster.isolate(n1);
  const [first, second] = [await leader.connect(t), await leader.connect(t)];
  first.send(`set a ${'x'.repeat(100)}`);
  await leader.until(() => leader.replica.raftState.log.lastIndex === 2);
  assert.equal(
    await second.ask('set b c'),
    '-BUSY too many writes are waiting for a quorum; this one will not happen; try again',
  );
});
