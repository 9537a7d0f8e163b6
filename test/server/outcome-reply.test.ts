import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FollowerMode } from '../../src/control/index.js';
import type { Outcome } from '../../src/replica/index.js';
import { replyTo } from '../../src/server/outcome-reply.js';
import { n1 } from '../raft/node.js';

const leader = { id: n1, address: { host: '127.0.0.1', port: 5379 } };

function textOf(outcome: Outcome, follower: FollowerMode = 'error', key: string | null = 'foo') {
  const reply = replyTo(outcome, (id) => ({ follower, leader: id === n1 ? leader : null, key }));
  assert.equal(reply.type, 'error');
  return reply.type === 'error' ? reply.text : '';
}

const led: Outcome = { type: 'notLeader', leader: n1 };
const unled: Outcome = { type: 'notLeader', leader: null };

test('the redirection has the form of the follower mode', () => {
  assert.equal(textOf(led), 'not leader, leader is n1 at 127.0.0.1:5379');
  assert.equal(textOf(unled), 'not leader');
  assert.equal(textOf(led, 'moved'), 'MOVED 12182 127.0.0.1:5379');
  assert.equal(textOf(led, 'moved', null), 'MOVED 0 127.0.0.1:5379');
  assert.equal(textOf(unled, 'moved'), 'CLUSTERDOWN no leader');
  assert.equal(textOf(unled, 'proxy'), 'CLUSTERDOWN no leader');
});

test('only an unknown outcome is UNCERTAIN, with its reason', () => {
  const text = textOf({ type: 'uncertain', reason: 'the reason' });
  assert.equal(text, 'UNCERTAIN the reason: the write may or may not happen');
  for (const outcome of [led, unled, { type: 'overloaded' }, { type: 'outOfMemory' }] as const) {
    for (const mode of ['error', 'moved', 'proxy'] as const) {
      assert.doesNotMatch(textOf(outcome, mode), /UNCERTAIN|may/);
    }
  }
});

test('full memory has the text of Redis', () => {
  const text = "OOM command not allowed when used memory > 'maxmemory'.";
  assert.equal(textOf({ type: 'outOfMemory' }), text);
});

test('the reply of a command is unchanged, without a redirection', () => {
  const reply = { type: 'bulk', bytes: 'value' } as const;
  assert.equal(
    replyTo(reply, () => assert.fail()),
    reply,
  );
});
