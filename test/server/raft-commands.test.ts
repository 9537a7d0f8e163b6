import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeRequest } from '../../src/resp/index.js';
import { n1 } from '../raft/node.js';
import type { Value } from './test-client.js';
import { startCluster, startElected } from './test-cluster.js';
import { startLeader } from './test-node.js';

test('RAFT LEADER returns the id and the client address of the leader', async (t) => {
  const { nodes } = await startElected(t);
  for (const node of nodes) {
    const client = await node.connect(t);
    assert.deepEqual(await client.ask('raft leader'), ['n1', `127.0.0.1:${nodes[0].port}`]);
  }
});

test('RAFT LEADER is null while no leader is known', async (t) => {
  const { nodes } = await startCluster(t);
  assert.equal(await (await nodes[0].connect(t)).ask('raft leader'), null);
});

test('RAFT STATUS of a leader shows the progress of its peers', async (t) => {
  const { nodes } = await startElected(t);
  const client = await nodes[0].connect(t);
  await client.ask('hello 3');
  const followers = [...(nodes[0].replica.raftState.leadership?.progress.values() ?? [])];
  await nodes[0].until(() => followers.every(({ matchIndex }) => matchIndex === 1));
  const peer = (id: string) =>
    new Map<Value, Value>([
      ['id', id],
      ['mode', 'replicate'],
      ['nextIndex', 2],
      ['matchIndex', 1],
    ]);
  assert.deepEqual(
    await client.ask('raft status'),
    new Map<Value, Value>([
      ['id', 'n1'],
      ['role', 'leader'],
      ['term', 1],
      ['votedFor', 'n1'],
      ['leader', 'n1'],
      ['lastLogIndex', 1],
      ['lastLogTerm', 1],
      ['commitIndex', 1],
      ['lastApplied', 1],
      ['snapshotIndex', 0],
      ['voters', ['n1', 'n2', 'n3']],
      ['learners', []],
      ['peers', [peer('n2'), peer('n3')]],
    ]),
  );
});

test('RAFT STATUS shows where this node is, and where the configuration has the members', async (t) => {
  const addresses = { n1: 'old.example:1', n2: '[::1]:2' };
  const raft = { host: '127.0.0.1', port: 15_379 };
  const advertised = { raft, respHost: '127.0.0.1', httpHost: '127.0.0.1' };
  const node = await startLeader(t, { addresses, settings: { advertised } });
  const client = await node.connect(t);
  const status = (await client.ask('raft status')) as Value[];
  const after = status.slice(status.indexOf('clusterId') + 2, -2);
  const pairs = Object.entries(addresses).flat();
  assert.deepEqual(after, ['raftAddress', '127.0.0.1:15379', 'addresses', pairs]);
});

test('RAFT LOG shows the addresses of a configuration', async (t) => {
  const node = await startLeader(t, { addresses: { n1: '127.0.0.1:1' } });
  (await node.connect(t)).send('join :4 n4');
  await node.until(() => node.replica.raftState.configuration.learners.length > 0);
  const [entry] = (await (await node.connect(t)).ask('raft log 2 2')) as [Value[]];
  assert.equal(entry[2], 'configuration: voters n1 at 127.0.0.1:1, learners n4 at 127.0.0.1:4');
});

test('RAFT STATUS of a new node has no leader, vote or peers', async (t) => {
  const { nodes } = await startCluster(t);
  const status = (await (await nodes[1].connect(t)).ask('raft status')) as Value[];
  const start = ['id', 'n2', 'role', 'follower', 'term', 0, 'votedFor', null, 'leader', null];
  assert.deepEqual(status.slice(0, 10), start);
  assert.deepEqual(status.slice(-2), ['peers', []]);
});

test('RAFT LOG shows the latest entries or a range', async (t) => {
  const client = await (await startLeader(t)).connect(t);
  await client.ask('set a b');
  await client.ask('incr n');
  const entries = [
    [1, 1, 'no-op', 'applied'],
    [2, 1, 'SET a b', 'applied'],
    [3, 1, 'INCR n', 'applied'],
  ];
  assert.deepEqual(await client.ask('raft log'), entries);
  assert.deepEqual(await client.ask('raft log 2 3'), entries.slice(1));
  assert.deepEqual(await client.ask('raft log 0 1'), entries.slice(0, 1));
  assert.deepEqual(await client.ask('raft log 3 99'), entries.slice(2));
  assert.deepEqual(await client.ask('raft log 3 2'), []);
  assert.deepEqual(await client.ask('raft log 4 9'), []);
  for (const wrong of ['raft log 1', 'raft log a b', 'raft log 1.5 2']) {
    assert.equal(await client.ask(wrong), '-ERR syntax error');
  }
});

test('RAFT LOG shows 20 entries without a range, and at most 1,000', async (t) => {
  const client = await (await startLeader(t)).connect(t);
  client.write(encodeRequest(['incr', 'n']).repeat(1500));
  await client.values(1500);
  const latest = (await client.ask('raft log')) as Value[][];
  assert.deepEqual(
    latest.map(([index]) => index),
    Array.from({ length: 20 }, (_, at) => 1482 + at),
  );
  const all = (await client.ask('raft log 1 1501')) as Value[][];
  assert.equal(all.length, 1000);
  assert.equal(all[0]?.[0], 1);
});

test('RAFT LOG marks entries as applied or uncommitted', async (t) => {
  const cluster = await startElected(t);
  const [leader] = cluster.nodes;
  cluster.isolate(n1);
  const [writer, observer] = [await leader.connect(t), await leader.connect(t)];
  writer.send('set a b');
  await leader.until(() => leader.replica.raftState.log.lastIndex === 2);
  assert.deepEqual(await observer.ask('raft log'), [
    [1, 1, 'no-op', 'applied'],
    [2, 1, 'SET a b', 'uncommitted'],
  ]);
});

test('RAFT LOG shows long and binary arguments in one line', async (t) => {
  const client = await (await startLeader(t)).connect(t);
  client.write(encodeRequest(['set', 'a\r\n\x00', 'x'.repeat(100)]));
  await client.value();
  const [[, , text]] = (await client.ask('raft log 2 2')) as [[number, number, string, string]];
  assert.equal(text, `SET a... ${'x'.repeat(64)}...`);
});

test('RAFT HELP lists each subcommand', async (t) => {
  const client = await (await startLeader(t)).connect(t);
  const lines = (await client.ask('raft HELP')) as string[];
  const names = lines.map((line) => line.split(' ')[1]);
  assert.deepEqual(
    names.join(' '),
    'LEADER STATUS LOG READS FOLLOWER SESSION TRANSFER JOIN LEAVE HELP',
  );
});
