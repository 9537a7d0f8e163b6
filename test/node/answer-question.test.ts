import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answers, entriesAskedMax } from '../../src/control/index.js';
import { Store } from '../../src/kv/store.js';
import { answerQuestion } from '../../src/node/answer-question.js';
import { searchKeys } from '../../src/node/key-search.js';
import { encodeRequest } from '../../src/resp/index.js';
import { n1 } from '../raft/node.js';
import { startElected } from '../server/test-cluster.js';
import { startLeader, type TestNode } from '../server/test-node.js';

async function logOf(node: TestNode, from: number | null, to: number | null) {
  const question = { type: 'log', node: 'n1', from, to } as const;
  return (await answerQuestion(node.replica, question)) as Answers['log'];
}

test('entries are shown with their commands as text, long ones shortened', async (t) => {
  const node = await startLeader(t);
  const client = await node.connect(t);
  await client.ask('set a b');
  await client.ask('raft session app-1 3');
  await client.ask('incr n');
  client.write(encodeRequest(['mset', ...Array.from({ length: 40 }, (_, at) => `k${at}`)]));
  await client.value();
  client.write(encodeRequest(['set', 'a\r\n', 'x'.repeat(1000)]));
  await client.value();
  const { node: id, firstLogIndex, entries } = await logOf(node, null, null);
  assert.deepEqual([id, firstLogIndex], ['n1', 1]);
  const keys = Array.from({ length: 16 }, (_, at) => `k${at}`).join(' ');
  assert.deepEqual(
    entries.map(({ command }) => command),
    [
      'no-op',
      'SET a b',
      'session app-1 #3: INCR n',
      `MSET ${keys} (and 24 more)`,
      `SET a.. ${'x'.repeat(64)}...`,
    ],
  );
  assert.ok(entries.every(({ committed, applied }) => committed && applied));
  const indexes = async (from: number | null, to: number | null) =>
    (await logOf(node, from, to)).entries.map(({ index }) => Number(index));
  assert.deepEqual(await indexes(2, 3), [2, 3]);
  assert.deepEqual(await indexes(4, null), [4, 5]);
  assert.deepEqual(await indexes(null, 2), [1, 2]);
  assert.deepEqual(await indexes(6, 9), []);
});

test('at most 1000 entries are shown, by default the latest', async (t) => {
  const node = await startLeader(t);
  const client = await node.connect(t);
  client.write(encodeRequest(['incr', 'n']).repeat(entriesAskedMax + 99));
  await client.values(entriesAskedMax + 99);
  const ends = async (from: number | null) => {
    const { entries } = await logOf(node, from, null);
    assert.equal(entries.length, entriesAskedMax);
    return [entries[0]?.index, entries.at(-1)?.index];
  };
  assert.deepEqual(await ends(null), [101, 1100]);
  assert.deepEqual(await ends(1), [1, 1000]);
});

test('entries that a snapshot has replaced are not shown, as firstLogIndex says', async (t) => {
  const node = await startLeader(t, { raft: { trailingBytesMax: 0 } });
  const client = await node.connect(t);
  for (const line of ['set a b', 'set c d', 'snapshot', 'set e f']) await client.ask(line);
  const { firstLogIndex, entries } = await logOf(node, 1, null);
  assert.equal(firstLogIndex, 4);
  assert.deepEqual(
    entries.map(({ index }) => Number(index)),
    [4],
  );
});

test('an entry that is not committed is shown as such', async (t) => {
  const cluster = await startElected(t);
  const [leader] = cluster.nodes;
  cluster.isolate(n1);
  (await leader.connect(t)).send('set a b');
  await leader.until(() => leader.replica.raftState.log.lastIndex === 2);
  const { entries } = await logOf(leader, 2, 2);
  assert.deepEqual(entries, [
    { index: 2, term: 1, command: 'SET a b', committed: false, applied: false },
  ]);
});

test('keys with the prefix are shown in order, printable, and all are counted', async (t) => {
  const node = await startLeader(t);
  const client = await node.connect(t);
  for (const line of ['set b:2 x', 'set a 0', 'set b:1 y', 'set b:3 z']) await client.ask(line);
  client.write(encodeRequest(['set', 'b:0', `\x00${'v'.repeat(100)}`]));
  await client.value();
  const question = { type: 'keys', node: 'n1', prefix: 'b:', max: 3 } as const;
  assert.deepEqual(await answerQuestion(node.replica, question), {
    pairs: [
      { key: 'b:0', value: `.${'v'.repeat(63)}...` },
      { key: 'b:1', value: 'y' },
      { key: 'b:2', value: 'x' },
    ],
    count: 4,
  });
});

test('the search of a large store yields to the event loop', async () => {
  const store = new Store();
  for (let number = 300_000; number > 0; number -= 1) store.set(`key:${number}`, '');
  let turns = 0;
  let isOver = false;
  const count = () => {
    turns += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  const { pairs, count: found } = await searchKeys(store, 'key:', 2);
  isOver = true;
  assert.equal(found, 300_000);
  assert.deepEqual(
    pairs.map(({ key }) => key),
    ['key:1', 'key:10'],
  );
  assert.ok(turns > 1, `${turns} turns`);
});
