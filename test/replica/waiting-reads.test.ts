/** Tests reads at a single follower that wait until their index is applied. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import type { Entry } from '../../src/raft/index.js';
import type { Request } from '../../src/replica/index.js';
import { appendEntries, readIndexReply, theOnly } from '../raft/messages.js';
import { entriesOf, n1, n2 } from '../raft/node.js';
import { connection, missing, notLeader, ReplicaNode } from './replica-node.js';

/** Runs a function with a timeout, so that an endless loop fails the test instead of hanging it. */
function runWithTimeout(run: () => void): void {
  runInNewContext('run()', { run }, { timeout: 5000 });
}

/** Returns n1, which follows n2 with an empty log. Its reads time out after a second. */
function follower(): ReplicaNode {
  const node = new ReplicaNode({ options: { requestTimeoutMs: 1000 } });
  node.step(appendEntries(n2, n1, 1));
  node.run();
  return node;
}

/** Sends a read for which the leader returns `index`. */
function readAt(node: ReplicaNode, index: number): Request {
  const read = node.send(connection(), 'get k');
  const { readId } = theOnly(node.run(), 'ReadIndex');
  node.step(readIndexReply(n2, n1, 1, readId, index));
  node.run();
  return read;
}

/** Delivers the leader's entries up to `last`, all committed. */
function applyThrough(node: ReplicaNode, last: number): void {
  const entries = entriesOf(Array(last).fill(1)).map((entry): Entry => {
    return { ...entry, kind: 'noop', data: '' };
  });
  node.step(appendEntries(n2, n1, 1, { entries, commit: last }));
  node.run();
}

test('a read is answered once its index is applied (6.4)', () => {
  const node = follower();
  const reads = [3, 5, 3].map((index) => readAt(node, index));
  const outcomes = () => reads.map((read) => node.outcome(read));
  applyThrough(node, 2);
  assert.deepEqual(outcomes(), [undefined, undefined, undefined]);
  applyThrough(node, 4);
  assert.deepEqual(outcomes(), [missing, undefined, missing]);
  applyThrough(node, 5);
  assert.deepEqual(outcomes(), [missing, missing, missing]);
});

test('a read whose index is already applied is answered at once (6.4)', () => {
  const node = follower();
  applyThrough(node, 5);
  assert.deepEqual(node.outcome(readAt(node, 4)), missing);
});

test('each read that waits for its index expires at its own deadline', () => {
  const node = follower();
  const early = readAt(node, 5);
  node.setClock(200);
  const late = readAt(node, 5);
  const other = readAt(node, 6);
  node.setClock(1000);
  runWithTimeout(() => node.tick());
  node.run();
  assert.deepEqual(node.outcome(early), notLeader(null));
  assert.equal(node.outcome(late), undefined);
  assert.equal(node.outcome(other), undefined);
  node.step(appendEntries(n2, n1, 1));
  applyThrough(node, 5);
  assert.deepEqual(node.outcome(late), missing);
  node.setClock(1200);
  runWithTimeout(() => node.tick());
  node.run();
  assert.deepEqual(node.outcome(other), notLeader(null));
});
