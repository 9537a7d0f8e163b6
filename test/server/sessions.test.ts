import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeRequest } from '../../src/resp/index.js';
import { startElected } from './test-cluster.js';
import { startLeader } from './test-node.js';

test('RAFT SESSION makes the next command exactly-once (6.3)', async (t) => {
  const client = await (await startLeader(t)).connect(t);
  for (let sent = 0; sent < 3; sent += 1) {
    assert.equal(await client.ask('raft session c 1'), '+OK');
    assert.equal(await client.ask('incr n'), 1);
  }
  assert.equal(await client.ask('raft session c 2'), '+OK');
  assert.equal(await client.ask('incr n'), 2);
});

test('RAFT SESSION applies to one command only', async (t) => {
  const client = await (await startLeader(t)).connect(t);
  client.send('raft session c 1', 'incr n', 'incr n', 'incr n');
  assert.deepEqual(await client.values(4), ['+OK', 1, 2, 3]);
});

test('RAFT SESSION applies to its own connection only', async (t) => {
  const node = await startLeader(t);
  const [one, other] = [await node.connect(t), await node.connect(t)];
  await one.ask('raft session c 1');
  assert.equal(await other.ask('incr n'), 1);
  assert.equal(await one.ask('incr n'), 2);
  await other.ask('raft session c 1');
  assert.equal(await other.ask('incr n'), 2, 'the retry may come on another connection');
});

test('in a pipeline each command has the session set before it', async (t) => {
  const client = await (await startLeader(t)).connect(t);
  const lines = [1, 2, 2, 3].flatMap((serial) => [`raft session c ${serial}`, 'incr n']);
  client.send(...lines);
  const answers = await client.values(8);
  assert.deepEqual(
    answers.filter((answer) => typeof answer === 'number'),
    [1, 2, 2, 3],
  );
});

test('an old serial is refused, since its answer is forgotten (6.3)', async (t) => {
  const client = await (await startLeader(t)).connect(t);
  client.send('raft session c 5', 'incr n', 'raft session c 4', 'incr n', 'get n');
  const [, , , stale, value] = await client.values(5);
  assert.equal(stale, '-ERR stale session serial');
  assert.equal(value, '1');
});

const wrong = [
  ['raft', 'session'],
  ['raft', 'session', 'c'],
  ['raft', 'session', 'c', '1', '2'],
  ['raft', 'session', '', '1'],
  ['raft', 'session', 'c', '-1'],
  ['raft', 'session', 'c', '1.5'],
  ['raft', 'session', 'c', 'x'],
  ['raft', 'session', 'c', '9'.repeat(16)],
  ['raft', 'session', 'x'.repeat(257), '1'],
];

for (const words of wrong) {
  test(`${words.join(' ').slice(0, 40)} is refused, and the next command has no session`, async (t) => {
    const client = await (await startLeader(t)).connect(t);
    const error =
      '-ERR RAFT SESSION takes an id and a serial number that increases with each command';
    for (const expected of [1, 2]) {
      client.write(encodeRequest(words));
      assert.equal(await client.line(), error);
      assert.equal(await client.ask('incr n'), expected);
    }
  });
}

test('the longest id and the highest serial are accepted', async (t) => {
  const client = await (await startLeader(t)).connect(t);
  for (let sent = 0; sent < 2; sent += 1) {
    client.write(encodeRequest(['raft', 'session', '\xff'.repeat(256), '9'.repeat(15)]));
    assert.equal(await client.line(), '+OK');
    assert.equal(await client.ask('incr n'), 1);
  }
});

test('a follower forwards the session of a command too (6.3)', async (t) => {
  const { nodes } = await startElected(t, { settings: { follower: 'proxy' } });
  for (const node of [nodes[1], nodes[2], nodes[0]]) {
    const client = await node.connect(t);
    client.send('raft session c 1', 'incr n');
    assert.deepEqual(await client.values(2), ['+OK', 1]);
  }
});

test('a session applies only to the next command, even when that is refused', async (t) => {
  const node = await startLeader(t);
  const client = await node.connect(t);
  for (const refused of ['incr', 'nonsense', 'set a b never']) {
    assert.equal(await client.ask('raft session c 7'), '+OK');
    assert.match(String(await client.ask(refused)), /^-ERR/);
    await client.ask('incr n');
  }
  assert.equal(await client.ask('get n'), '3');
});
