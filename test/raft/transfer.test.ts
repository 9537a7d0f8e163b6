/** Leadership transfer (3.10). */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NodeId } from '../../src/raft/index.js';
import { type Cluster, clusterOf } from './cluster.js';
import {
  appendEntries,
  appendEntriesReply,
  ofType,
  requestVote,
  requestVoteReply,
  theOnly,
  timeoutNow,
} from './messages.js';
import { makeLeader, Node, type NodeSetup, n1, n2, n3, n4 } from './node.js';

/** Returns n1 as the leader of term 1, whose log the others hold entirely. */
function leader(setup: NodeSetup = {}): Node {
  const node = new Node(setup);
  makeLeader(node);
  acknowledge(node, 1);
  node.run();
  return node;
}

function acknowledge(node: Node, match: number, peers: readonly NodeId[] = [n2, n3]): void {
  for (const peer of peers) node.step(appendEntriesReply(peer, n1, 1, { match }));
}

/** Returns three nodes, with n1 as the leader of term 1. */
function three(options: NodeSetup['options'] = {}): Cluster {
  const cluster = clusterOf(3, options);
  cluster.elect(n1);
  cluster.advance(100);
  return cluster;
}

test('the target has all of the log and is asked at once to campaign (3.10)', () => {
  const node = leader();
  assert.ok(node.raft.transferLeadership(n2));
  assert.deepEqual(theOnly(node.run(), 'TimeoutNow'), timeoutNow(n1, n2, 1));
  assert.deepEqual(node.events.at(-1), { type: 'transferStarted', term: 1, target: n2 });
});

test('the target is asked once (3.10)', () => {
  const node = leader();
  node.raft.transferLeadership(n2);
  node.run();
  node.wait(100);
  assert.deepEqual(ofType(node.run(), 'TimeoutNow'), []);
});

test('a leader that hands over accepts no commands (3.10, step 1)', () => {
  const node = leader();
  assert.equal(node.raft.transferTarget, null);
  node.raft.transferLeadership(n2);
  assert.equal(node.raft.transferTarget, n2);
});

test('a leader that hands over accepts no membership changes (3.10, 4.1)', () => {
  const node = leader();
  node.raft.transferLeadership(n2);
  const answer = node.raft.proposeChange({ type: 'remove', id: n3 });
  assert.deepEqual(answer, { refusal: 'notReady' });
});

test('a target that lacks entries gets them first (3.10, step 2)', () => {
  const node = leader();
  const index = node.raft.propose('x');
  node.run();
  acknowledge(node, index, [n3]);
  node.raft.transferLeadership(n2);
  assert.deepEqual(ofType(node.run(), 'TimeoutNow'), []);
  acknowledge(node, index, [n2]);
  assert.equal(theOnly(node.run(), 'TimeoutNow').to, n2);
});

test('all entries are committed and applied before the target is asked (3.10)', () => {
  const node = leader({ voters: [n1, n2, n3, n4, 'n5' as NodeId] });
  acknowledge(node, 1, [n4]);
  const index = node.raft.propose('x');
  node.run();
  node.raft.transferLeadership(n2);
  acknowledge(node, index, [n2]);
  assert.deepEqual(ofType(node.run(), 'TimeoutNow'), [], 'two of five hold it');
  acknowledge(node, index, [n3]);
  node.take();
  assert.equal(node.committed.at(-1)?.data, 'x');
  assert.equal(theOnly(node.run(), 'TimeoutNow').to, n2);
});

test('the target campaigns at once, without PreVote, and marks its RequestVote (3.10, 4.2.3)', () => {
  const node = new Node();
  node.step(appendEntries(n2, n1, 1));
  node.run();
  node.step(timeoutNow(n2, n1, 1));
  const sent = node.run();
  assert.equal(node.state.role, 'candidate');
  assert.equal(node.state.currentTerm, 2);
  assert.deepEqual(ofType(sent, 'PreVote'), []);
  assert.deepEqual(
    ofType(sent, 'RequestVote').map(({ to, isTransfer }) => [to, isTransfer]),
    [
      [n2, true],
      [n3, true],
    ],
  );
});

test('a RequestVote of a transfer is handled although the leader is alive (4.2.3)', () => {
  const node = new Node();
  node.step(appendEntries(n2, n1, 1));
  node.run();
  node.step(requestVote(n3, n1, 2, [0, 0], { isTransfer: false }));
  assert.deepEqual(node.run(), []);
  node.step(requestVote(n3, n1, 2, [0, 0], { isTransfer: true }));
  assert.deepEqual(node.run(), [requestVoteReply(n1, n3, 2, true)]);
});

test('a RequestVote of a transfer still needs an up-to-date log (3.6.1)', () => {
  const node = new Node({ log: [1, 1] });
  node.step(requestVote(n3, n1, 2, [1, 1], { isTransfer: true }));
  assert.deepEqual(node.run(), [requestVoteReply(n1, n3, 2, false)]);
});

test('an election that a leader asked for and that fails is followed by one with PreVote (9.6)', () => {
  const node = new Node();
  node.step(appendEntries(n2, n1, 1));
  node.run();
  node.step(timeoutNow(n2, n1, 1));
  node.run();
  node.wait(600);
  assert.equal(node.state.role, 'preCandidate');
});

for (const [what, prepare] of [
  ['of an older term', (node: Node) => node.step(appendEntries(n3, n1, 2))],
  ['of one that does not lead', (node: Node) => node.step(appendEntries(n3, n1, 1))],
  ['of nobody that it knows', () => {}],
] as const) {
  test(`a TimeoutNow ${what} is ignored (3.10)`, () => {
    const node = new Node({ currentTerm: 1 });
    prepare(node);
    node.run();
    const { currentTerm } = node.state;
    node.step(timeoutNow(n2, n1, 1));
    assert.deepEqual(node.run(), []);
    assert.equal(node.state.currentTerm, currentTerm);
    assert.equal(node.state.role, 'follower');
  });
}

test('a learner is never a target, and would not campaign (3.10, 4.2.1)', () => {
  const node = leader({ voters: [n1, n2], learners: [n3] });
  assert.ok(!node.raft.transferLeadership(n3));
  const learner = new Node({ id: n3, voters: [n1, n2], learners: [n3] });
  learner.step(appendEntries(n1, n3, 1));
  learner.run();
  learner.step(timeoutNow(n1, n3, 1));
  assert.deepEqual(learner.run(), []);
});

test('only a leader hands over, and neither to itself nor to a non-member (3.10)', () => {
  const node = leader();
  assert.ok(!node.raft.transferLeadership(n4));
  assert.ok(!node.raft.transferLeadership(n1));
  assert.ok(!new Node().raft.transferLeadership(n2));
  assert.equal(node.raft.transferTarget, null);
});

test('a transfer takes no election timeout: the target leads in the next term (3.10)', () => {
  const cluster = three();
  cluster.leader.raft.transferLeadership(n3);
  cluster.settle();
  assert.equal(cluster.leader.id, n3);
  assert.equal(cluster.leader.state.currentTerm, 2);
  assert.equal(cluster.inRole('leader').length, 1);
  assert.equal(cluster.leader.state.commitIndex, 2);
});

test('it works with every mixture of PreVote and CheckQuorum (9.6, 6.2)', () => {
  for (const preVote of [true, false]) {
    for (const checkQuorum of [true, false]) {
      const cluster = three({ preVote, checkQuorum });
      cluster.leader.raft.transferLeadership(n2);
      cluster.settle();
      assert.equal(cluster.leader.id, n2, `${preVote} ${checkQuorum}`);
    }
  }
});

test('a target that was cut off catches up first, then leads (3.10, step 2)', () => {
  const cluster = three();
  cluster.isolate(n2);
  for (let write = 0; write < 20; write += 1) cluster.leader.raft.propose('x');
  cluster.advance(100);
  cluster.heal();
  cluster.leader.raft.transferLeadership(n2);
  cluster.advance(200);
  assert.equal(cluster.leader.id, n2);
  assert.equal(cluster.leader.state.commitIndex, 22);
});

test('the leader resumes after an election timeout when the target is dead (3.10, step 3)', () => {
  const cluster = three();
  cluster.isolate(n2);
  cluster.leader.raft.transferLeadership(n2);
  cluster.advance(590);
  assert.equal(cluster.leader.raft.transferTarget, n2);
  cluster.advance(10);
  assert.equal(cluster.leader.id, n1);
  assert.equal(cluster.leader.raft.transferTarget, null, 'it takes commands again');
  assert.equal(cluster.leader.state.currentTerm, 1);
  assert.deepEqual(cluster.leader.events.at(-1), { type: 'transferFailed', term: 1, target: n2 });
});

test('a failed transfer may be tried again, with the same target or another (3.10)', () => {
  const cluster = three();
  cluster.isolate(n2);
  cluster.leader.raft.transferLeadership(n2);
  cluster.advance(600);
  assert.ok(cluster.leader.raft.transferLeadership(n3));
  cluster.settle();
  assert.equal(cluster.leader.id, n3);
});

test('once a target was asked there is no lease, even after the transfer failed (3.10, 6.4.1)', () => {
  const cluster = three();
  const { leader: old } = cluster;
  old.raft.requestRead(1, 'lease');
  old.run();
  assert.equal(old.readResults.length, 1, 'before that there is');
  old.raft.transferLeadership(n2);
  cluster.collect();
  cluster.drop(({ type }) => type === 'TimeoutNow');
  cluster.advance(1000);
  assert.equal(old.raft.transferTarget, null);
  old.raft.requestRead(2, 'lease');
  old.run();
  assert.equal(old.readResults.length, 1, 'the TimeoutNow may still be under way');
});

test('a late TimeoutNow still elects its target, and the old leader serves no stale read (3.10)', () => {
  const cluster = three();
  const { leader: old } = cluster;
  old.raft.transferLeadership(n2);
  cluster.collect();
  const late = theOnly(cluster.network, 'TimeoutNow');
  cluster.drop();
  cluster.advance(1000);
  cluster.network.push(late);
  cluster.deliver(({ type }) => type === 'TimeoutNow');
  cluster.isolate(n1);
  cluster.settle();
  assert.equal(cluster.member(n2).state.role, 'leader');
  assert.equal(old.state.role, 'leader', 'it has not heard of it');
  old.raft.requestRead(1, 'lease');
  old.run();
  assert.deepEqual(old.readResults, []);
});

test('a server whose removal is proposed is not a target (3.10, 4.1)', () => {
  const node = leader();
  node.raft.proposeChange({ type: 'remove', id: n3 });
  assert.ok(!node.raft.transferLeadership(n3));
});

test('a leader that is deposed during a transfer drops the transfer (3.3)', () => {
  const cluster = three();
  cluster.isolate(n2);
  const old = cluster.leader;
  old.raft.transferLeadership(n2);
  old.step(appendEntries(n3, n1, 5));
  assert.equal(old.raft.transferTarget, null);
  assert.equal(old.state.role, 'follower');
});
