/** Tests when a replica wants its next tick. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appendEntries, ofType, readIndexReply, theOnly } from '../raft/messages.js';
import { n1, n2 } from '../raft/node.js';
import { connection, notLeader, oneReplica, ReplicaNode, threeReplicas } from './replica-node.js';

/** Moves the node's clock to its next deadline and runs its timers. */
function waitForNextDeadline(node: ReplicaNode): void {
  node.setClock(node.replica.nextDeadlineMs);
  node.tick();
}

test('a node without pending requests has the deadline of Raft', () => {
  const node = new ReplicaNode();
  assert.equal(node.replica.nextDeadlineMs, node.state.electionDeadlineMs);
});

test('an uncommitted write is answered at its deadline', () => {
  const { leader } = threeReplicas({ requestTimeoutMs: 20 });
  const write = leader.send(connection(), 'set a b');
  assert.equal(leader.replica.nextDeadlineMs, leader.state.nowMs + 20);
  waitForNextDeadline(leader);
  leader.run();
  assert.equal(leader.outcome(write)?.type, 'uncertain');
});

test('a read index request is repeated at its deadline, and the read then answered', () => {
  const options = { requestTimeoutMs: 150, electionTimeoutMsMin: 1000, electionTimeoutMsMax: 2000 };
  const node = new ReplicaNode({ options });
  node.step(appendEntries(n2, n1, 1));
  node.run();
  const read = node.send(connection(), 'get a');
  assert.equal(ofType(node.run(), 'ReadIndex').length, 1);
  assert.equal(node.replica.nextDeadlineMs, 100);
  waitForNextDeadline(node);
  assert.equal(ofType(node.run(), 'ReadIndex').length, 1);
  assert.equal(node.replica.nextDeadlineMs, 150);
  waitForNextDeadline(node);
  node.run();
  assert.deepEqual(node.outcome(read), notLeader(null));
});

test('a read that waits for an index has a deadline until it is answered', () => {
  const options = { requestTimeoutMs: 150, electionTimeoutMsMin: 1000, electionTimeoutMsMax: 2000 };
  const node = new ReplicaNode({ options });
  node.step(appendEntries(n2, n1, 1));
  node.run();
  node.send(connection(), 'get a');
  const { readId } = theOnly(node.run(), 'ReadIndex');
  node.step(readIndexReply(n2, n1, 1, readId, 5));
  node.run();
  assert.equal(node.replica.nextDeadlineMs, 150);
  waitForNextDeadline(node);
  assert.ok(node.replica.nextDeadlineMs > 150);
});

test('an admin command that is not done is answered at its deadline', () => {
  const { leader } = threeReplicas({ adminTimeoutMs: 20 });
  const request = leader.sendAdmin({ type: 'addLearner', id: n1 });
  const other = leader.sendAdmin({ type: 'addLearner', id: n2 });
  assert.equal(leader.replica.nextDeadlineMs, leader.state.nowMs + 20);
  leader.run();
  waitForNextDeadline(leader);
  leader.run();
  for (const each of [request, other]) assert.ok(leader.adminOutcome(each));
});

test('the next key to expire is a deadline of an idle leader', () => {
  const leader = oneReplica();
  leader.send(connection(), 'set a b px 20');
  leader.run();
  assert.equal(leader.value('a'), 'b');
  for (let timer = 0; timer < 3 && leader.value('a') !== undefined; timer += 1) {
    waitForNextDeadline(leader);
    leader.run();
  }
  assert.equal(leader.value('a'), undefined);
});
