/** Tests of the verification of equal nodes, against fake members that may differ. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NodeReader } from '../../src/check/node-reader.js';
import { stressEntries } from '../../src/check/stress-entries.js';
import type { StressProgress } from '../../src/check/stress-progress.js';
import { verify } from '../../src/check/verify.js';
import { bulkReply, errorReply, type Reply } from '../../src/kv/index.js';
import { FakeMember, type Fiction } from './fake-member.js';
import { FakeNode, type Reaction } from './fake-node.js';

const entryCount = 1200;
const { signal } = new AbortController();

function filled(id: string, fiction: Fiction = {}): FakeMember {
  const member = new FakeMember(id, fiction);
  for (const { key, value } of stressEntries(0, entryCount)) member.answer(['SET', key, value]);
  return member;
}

/** Verifies three members; the second is defined by the test. */
async function verifyWith(
  second: FakeMember,
  react: (args: string[]) => Reaction = (args) => second.answer(args),
  observe: (progress: StressProgress) => void = () => {},
) {
  await using one = await filled('n1').listen();
  await using two = await FakeNode.listen(react);
  await using three = await filled('n3').listen();
  const nodes = [one, two, three];
  const readers = nodes.map(({ address }, at) => new NodeReader(`n${at + 1}`, address, signal));
  try {
    return await verify(readers, entryCount, signal, observe);
  } finally {
    for (const reader of readers) reader.close();
  }
}

test('equal nodes have no differences in any key or entry', async () => {
  const steps = new Set<string>();
  const found = await verifyWith(filled('n2'), undefined, ({ step }) => steps.add(step));
  assert.deepEqual(found, {
    nodes: ['n1', 'n2', 'n3'],
    commitIndex: entryCount,
    term: 1,
    log: { from: 1, to: entryCount },
    keys: entryCount,
    differences: [],
  });
  assert.deepEqual([...steps], ['comparing logs', 'comparing states']);
});

test('a missing key on one node is found, and so is its number of keys', async () => {
  const member = filled('n2');
  member.machine.store.delete('entry:700');
  const { differences } = await verifyWith(member);
  assert.deepEqual(differences, ['n2: key entry:700 is missing', 'n2: 1199 keys, not 1200']);
});

test('a key that was never inserted is found', async () => {
  const member = filled('n2');
  member.machine.store.set('stray', 'x');
  const { differences } = await verifyWith(member);
  assert.deepEqual(differences, ['n2: 1201 keys, not 1200']);
});

test('a different log entry is found beyond the first range', async () => {
  const { differences } = await verifyWith(
    filled('n2', { forged: { index: 1100, command: 'DEL entry:1099' } }),
  );
  assert.equal(differences.length, 1);
  assert.match(differences[0] ?? '', /^n2: entry 1100 is "DEL entry:1099" of term 1, not "SET /);
});

test('entries that a snapshot holds on one node are not in the compared range', async () => {
  const { log, differences } = await verifyWith(filled('n2', { snapshotIndex: 1150 }));
  assert.deepEqual(differences, []);
  assert.deepEqual(log, { from: 1151, to: entryCount });
});

test('a read without an answer is retried', async () => {
  const member = filled('n2');
  let refusals = 0;
  const react = (args: string[]): Reply => {
    if (args[0] !== 'MGET' || refusals === 2) return member.answer(args);
    refusals += 1;
    return errorReply('UNCERTAIN no quorum');
  };
  assert.deepEqual((await verifyWith(member, react)).differences, []);
  assert.equal(refusals, 2);
});

test('a permanent refusal or an unexpected reply ends the verification', async () => {
  const member = filled('n2');
  await assert.rejects(
    verifyWith(member, () => errorReply('NOAUTH Authentication required.')),
    { code: 'LETO_NODE_STATE', message: /^n2 replied to RAFT with "NOAUTH/ },
  );
  await assert.rejects(
    verifyWith(member, () => bulkReply('yes')),
    { code: 'LETO_NODE_STATE', message: /another version/ },
  );
});
