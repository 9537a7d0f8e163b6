import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appendEntries, ofType, readIndexReply, theOnly } from '../raft/messages.js';
import { n1, n2 } from '../raft/node.js';
import { connection, notLeader, oneReplica, ReplicaNode, threeReplicas } from './replica-node.js';

/** Its clock moves to the very instant, and its timers run. */
function waitForNextDeadline(node: ReplicaNode): void {
  node.setClock(node.replica.nextDeadlineMs);
  node.tick();
}

test('a node that has nothing to wait for waits for what Raft waits for', () => {
  const node = new ReplicaNode();
  assert.equal(node.replica.nextDeadlineMs, node.state.electionDeadlineMs);
});

test('a write that is not committed is answered at its deadline', () => {
  const { leader } = threeReplicas({ requestTimeoutMs: 20 });
  const write = leader.send(connection(), 'set a b');
  assert.equal(leader.replica.nextDeadlineMs, leader.state.nowMs + 20);
  waitForNextDeadline(leader);
  leader.run();
  assert.equal(leader.outcome(write)?.type, 'uncertain');
});

test('a read whose question may be lost is asked again at its deadline, and then answered', () => {
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

test('a read that waits for an index has a deadline, which goes with it', () => {
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

test('an order that is not done is answered at its deadline', () => {
  const { leader } = threeReplicas({ adminTimeoutMs: 20 });
  const order = leader.order({ type: 'addLearner', id: n1 });
  const other = leader.order({ type: 'addLearner', id: n2 });
  assert.equal(leader.replica.nextDeadlineMs, leader.state.nowMs + 20);
  leader.run();
  waitForNextDeadline(leader);
  leader.run();
  for (const each of [order, other]) assert.ok(leader.orderOutcome(each));
});

test('a key that is due is one more deadline of a leader that rests', () => {
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
