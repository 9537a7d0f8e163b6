/** Tests of the inserts of a stress run, against fake nodes. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { insertEntries } from '../../src/check/insert-entries.js';
import { stressEntries } from '../../src/check/stress-entries.js';
import type { Address } from '../../src/control/index.js';
import { errorReply, okReply, type Reply } from '../../src/kv/index.js';
import { FakeMember } from './fake-member.js';
import { deadAddress, FakeNode, type Reaction } from './fake-node.js';

const options = { entries: 250, clients: 4, batch: 20 };
const { signal } = new AbortController();

function insert(nodes: readonly Address[], stopSignal = signal) {
  return insertEntries(nodes, options, stopSignal, () => {});
}

/** Asserts that the member holds every entry with its value, and nothing else. */
function assertComplete(member: FakeMember): void {
  assert.equal(member.machine.store.size, options.entries);
  for (const { key, value } of stressEntries(0, options.entries)) {
    assert.equal(member.machine.store.get(key), value);
  }
}

test('all entries are inserted once, in batches, with progress for each batch', async () => {
  const member = new FakeMember('n1');
  await using node = await member.listen();
  const done: number[] = [];
  const observe = (progress: { readonly done: number }) => done.push(progress.done);
  const { resent } = await insertEntries([node.address], options, signal, observe);
  assertComplete(member);
  assert.equal(member.log.length, options.entries);
  assert.equal(resent, 0);
  assert.equal(done.length, Math.ceil(options.entries / options.batch));
  assert.equal(done.at(-1), options.entries);
});

test('clients follow refusals to the leader, and skip dead nodes', async () => {
  const member = new FakeMember('n2');
  await using leader = await member.listen();
  const { host, port } = leader.address;
  const redirect = errorReply(`not leader, leader is n2 at ${host}:${port}`);
  await using follower = await FakeNode.listen(() => redirect);
  await insert([await deadAddress(), follower.address]);
  assertComplete(member);
});

const failures: readonly (readonly [what: string, Reaction])[] = [
  ['an unknown outcome', errorReply('UNCERTAIN leadership lost')],
  ['no leader', errorReply('CLUSTERDOWN no leader')],
  ['a closed connection', 'hang up'],
  ['an invalid reply', 'garbage'],
];

for (const [what, reaction] of failures) {
  test(`entries are sent again after ${what}`, async () => {
    const member = new FakeMember('n1');
    let count = 0;
    const react = (args: string[]): Reaction => {
      count += 1;
      return count === 30 ? reaction : member.answer(args);
    };
    await using node = await FakeNode.listen(react);
    const { resent } = await insert([node.address]);
    assertComplete(member);
    assert.ok(resent >= 1);
  });
}

test('a permanent refusal stops all clients', async () => {
  let count = 0;
  const react = (): Reply => {
    count += 1;
    return count < 30 ? okReply : errorReply('OOM command not allowed');
  };
  await using node = await FakeNode.listen(react);
  await assert.rejects(insert([node.address]), {
    code: 'LETO_NODE_STATE',
    message: 'a SET was refused: OOM command not allowed',
  });
});

test('the signal stops the clients even when no node can be reached', async () => {
  const stopping = new AbortController();
  const inserting = insert([await deadAddress()], stopping.signal);
  stopping.abort(new Error('enough'));
  await assert.rejects(inserting, { message: 'enough' });
});
