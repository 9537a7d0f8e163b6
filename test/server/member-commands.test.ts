import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startCluster, startElected } from './test-cluster.js';
import { startLeader } from './test-node.js';

test('LEAVE can be sent to any node', async (t) => {
  const { nodes } = await startElected(t);
  const [leader, follower] = nodes;
  const client = await follower.connect(t);
  assert.equal(await client.ask('leave n3'), '+OK');
  assert.deepEqual(leader.replica.raftState.configuration.voters, ['n1', 'n2']);
  assert.equal(await client.ask('LEAVE n3'), '+OK');
  assert.equal(await (await leader.connect(t)).ask('leave nobody'), '+OK');
});

test('the answer to LEAVE keeps its place in the pipeline and delays no other command', async (t) => {
  const { nodes } = await startElected(t);
  const client = await nodes[1].connect(t);
  client.send('ping', 'leave n3', 'echo a', 'set a b');
  const [ping, left, echo, set] = await client.values(4);
  assert.deepEqual([ping, left, echo], ['+PONG', '+OK', 'a']);
  assert.match(String(set), /^-not leader/);
});

test('only the leader accepts RAFT LEAVE and RAFT JOIN', async (t) => {
  const { nodes } = await startElected(t);
  const client = await nodes[1].connect(t);
  const expected = `-not leader, leader is n1 at 127.0.0.1:${nodes[0].port}`;
  assert.equal(await client.ask('raft leave n3'), expected);
  assert.match(String(await client.ask('raft join :1 n3')), /^-ERR only the supervisor/);
});

test('the last voter cannot leave', async (t) => {
  const client = await (await startLeader(t)).connect(t);
  assert.match(String(await client.ask('leave n1')), /^-ERR the last voter/);
});

const addresses = { n1: '127.0.0.1:1', n2: '127.0.0.1:2' };

test('JOIN with the address of another member is refused at once', async (t) => {
  const node = await startLeader(t, { addresses });
  const client = await node.connect(t);
  const { lastIndex } = node.replica.raftState.log;
  for (const id of ['n2', 'n3']) {
    assert.match(String(await client.ask(`join :1 ${id}`)), /^-ERR another member has that Raft/);
  }
  assert.equal(node.replica.raftState.log.lastIndex, lastIndex);
});

test('JOIN is refused in a cluster with a supervisor', async (t) => {
  const { nodes } = await startElected(t);
  for (const node of nodes) {
    const reply = await (await node.connect(t)).ask('join :15380 n4');
    const text = '-ERR only the supervisor adds nodes to this cluster; use `leto-cluster add`';
    assert.equal(reply, text);
  }
});

const wrong: readonly [line: string, reply: RegExp][] = [
  ['join', /^-ERR wrong number of arguments for 'join' command$/],
  ['join :1', /^-ERR wrong number of arguments/],
  ['join 15380 n4', /^-ERR the Raft address must be host:port/],
  ['join :99999 n4', /^-ERR the Raft address must be host:port/],
  ['join :15380 n/4', /^-ERR a node id is 1 to 64 letters/],
  ['join :0 n4', /^-ERR the Raft address must be host:port/],
  ['join "" n4', /^-ERR the Raft address must be host:port/],
  ['join 0.0.0.0:15380 n4', /^-ERR 0\.0\.0\.0 is no address at which peers reach a node/],
  ['join [::]:15380 n4', /^-ERR :: is no address at which peers reach a node/],
  ['leave n/4', /^-ERR a node id is 1 to 64 letters/],
  ['leave', /^-ERR wrong number of arguments for 'leave' command$/],
];

test('invalid arguments are refused by every node', async (t) => {
  const { nodes } = await startCluster(t);
  const client = await nodes[1].connect(t);
  for (const [line, reply] of wrong) assert.match(String(await client.ask(line)), reply, line);
});
