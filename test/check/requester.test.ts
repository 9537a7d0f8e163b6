/** Tests of commands, replies and outcomes, against a fake node. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HistoryRecorder } from '../../src/check/history-recorder.js';
import type { OperationKind } from '../../src/check/index.js';
import { Requester } from '../../src/check/requester.js';
import { parseLeaderAddress } from '../../src/check/requests.js';
import {
  bulkReply,
  errorReply,
  integerReply,
  nullReply,
  okReply,
  type Reply,
} from '../../src/kv/index.js';
import { deadAddress, FakeNode, type Reaction } from './fake-node.js';

const replyTimeoutMs = 10_000;

function planOf(op: OperationKind, value: string | null = null) {
  return { op, key: 'k', value, expected: null };
}

async function perform(reaction: Reaction, op: OperationKind, value: string | null = null) {
  await using node = await FakeNode.listen(() => reaction);
  const recorder = new HistoryRecorder();
  const requester = new Requester(recorder, reaction === 'silence' ? 50 : replyTimeoutMs);
  const operation = await requester.perform(planOf(op, value), node.address);
  requester.close();
  assert.deepEqual(recorder.history, [operation]);
  return { operation, command: node.commands[0] };
}

const commands: readonly (readonly [
  OperationKind,
  string | null,
  Reply,
  string[],
  string | null,
])[] = [
  ['get', null, bulkReply('v'), ['GET', 'k'], 'v'],
  ['get', null, nullReply, ['GET', 'k'], null],
  ['set', 'v', okReply, ['SET', 'k', 'v'], 'OK'],
  ['cas', 'v', okReply, ['SET', 'k', 'v', 'NX'], 'OK'],
  ['cas', 'v', nullReply, ['SET', 'k', 'v', 'NX'], null],
  ['del', null, integerReply(1), ['DEL', 'k'], '1'],
  ['incr', null, integerReply(2n ** 60n), ['INCR', 'k'], '1152921504606846976'],
  ['append', 'v', integerReply(1), ['APPEND', 'k', 'v'], '1'],
];

for (const [op, value, reply, sent, result] of commands) {
  test(`${op} is sent as ${sent.join(' ')} and answered with ${result}`, async () => {
    const { operation, command } = await perform(reply, op, value);
    assert.deepEqual(command, sent);
    assert.equal(operation?.ok, true);
    assert.equal(operation.result, result);
    assert.ok(operation.startNs <= operation.endNs);
  });
}

const refusals = [
  'not leader',
  'not leader, leader is n1 at 127.0.0.1:5379',
  'MOVED 3999 127.0.0.1:5379',
  'CLUSTERDOWN no leader',
  'BUSY too many writes wait for a quorum',
  "OOM command not allowed when used memory > 'maxmemory'.",
];

for (const text of refusals) {
  test(`a refusal means that the write did not happen: ${text}`, async () => {
    const { operation } = await perform(errorReply(text), 'set', 'v');
    assert.equal(operation?.ok, false);
    assert.equal(operation.result, text);
  });
}

const unclearReactions: readonly Reaction[] = [
  errorReply('UNCERTAIN no quorum answered in time: the write may or may not happen'),
  errorReply('ERR something else'),
  { type: 'array', items: [] },
  'hang up',
  'garbage',
  'silence',
];

for (const reaction of unclearReactions) {
  test(`the write may still happen: ${typeof reaction === 'string' ? reaction : JSON.stringify(reaction)}`, async () => {
    const { operation } = await perform(reaction, 'set', 'v');
    assert.equal(operation?.ok, null);
  });
}

test('incr of a value that is not a number is answered with an error', async () => {
  const text = 'ERR value is not an integer or out of range';
  const { operation } = await perform(errorReply(text), 'incr');
  assert.equal(operation?.ok, true);
  assert.equal(operation.result, text);
});

test('after an unknown outcome a requester continues as another process on a new connection', async () => {
  const reactions: Reaction[] = [okReply, 'hang up', okReply, errorReply('not leader'), okReply];
  await using node = await FakeNode.listen(() => reactions.shift() ?? 'garbage');
  const recorder = new HistoryRecorder();
  const requester = new Requester(recorder, replyTimeoutMs);
  for (let at = 0; at < 5; at += 1) await requester.perform(planOf('set', `v${at}`), node.address);
  requester.close();
  assert.deepEqual(
    recorder.history.map(({ process, ok }) => [process, ok]),
    [
      [0, true],
      [0, null],
      [1, true],
      [1, false],
      [1, true],
    ],
  );
  assert.deepEqual(recorder.tally, { ok: 3, failed: 1, unknown: 1 });
});

test('nothing is recorded when the node cannot be reached', async () => {
  const recorder = new HistoryRecorder();
  const requester = new Requester(recorder, replyTimeoutMs);
  assert.equal(await requester.perform(planOf('set', 'v'), await deadAddress()), null);
  assert.deepEqual(recorder.history, []);
});

test('the address of the leader is read from a refusal', () => {
  const address = { host: '127.0.0.1', port: 5381 };
  assert.deepEqual(parseLeaderAddress('not leader, leader is n3 at 127.0.0.1:5381'), address);
  assert.deepEqual(parseLeaderAddress('MOVED 12 127.0.0.1:5381'), address);
  assert.deepEqual(parseLeaderAddress('not leader'), null);
  assert.deepEqual(parseLeaderAddress('CLUSTERDOWN no leader'), null);
});
