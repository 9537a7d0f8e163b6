/** Learners: servers that receive the log before they are promoted to voters (4.2.1). */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clusterOf, newcomer } from './cluster.js';
import { change, leader, refusalOf } from './members.js';
import { appendEntriesReply, ofType, preVote, preVoteReply, rejection } from './messages.js';
import { Node, n1, n2, n3, n4 } from './node.js';

test('a server that was never added cannot be promoted (4.2.1) [M3]', () => {
  assert.equal(refusalOf(leader(), { type: 'promote', id: n4 }), 'notMember');
});

/** Returns n1, which leads n2 and n3 in term 1 and has just added n4 as a learner. */
function withLearner(): Node {
  const node = leader({ options: { promotionLagEntriesMax: 3 } });
  node.raft.proposeChange({ type: 'addLearner', id: n4 });
  node.run();
  node.step(appendEntriesReply(n2, n1, 1, { match: 2 }));
  node.run();
  return node;
}

test('a new server first receives the log as a learner (4.2.1) [M3]', () => {
  const node = withLearner();
  node.step(appendEntriesReply(n4, n1, 1, { rejection: rejection(2, { term: null, index: 1 }) }));
  const [message] = ofType(node.run(), 'AppendEntries').filter(({ to }) => to === n4);
  assert.deepEqual(
    message?.entries.map(({ index }) => index),
    [1, 2],
  );
  node.step(appendEntriesReply(n4, n1, 1, { match: 2 }));
  node.raft.proposeChange({ type: 'promote', id: n4 });
  assert.deepEqual(node.state.configuration, { voters: [n1, n2, n3, n4], learners: [] });
});

test('a learner is not promoted before its log is known, nor while it lacks much (4.2.1) [M3]', () => {
  const node = withLearner();
  assert.equal(refusalOf(node, { type: 'promote', id: n4 }), 'notCaughtUp');
  for (let write = 0; write < 8; write += 1) node.raft.propose('x');
  node.run();
  node.step(appendEntriesReply(n4, n1, 1, { match: 6 }));
  assert.equal(refusalOf(node, { type: 'promote', id: n4 }), 'notCaughtUp');
  node.step(appendEntriesReply(n4, n1, 1, { match: 7 }));
  assert.equal(refusalOf(node, { type: 'promote', id: n4 }), null);
});

test('a learner counts in no quorum, neither by its replies nor by its silence (4.2.1) [M3]', () => {
  const cluster = clusterOf(3);
  cluster.elect(n1);
  cluster.join(newcomer(n4));
  change(cluster, { type: 'addLearner', id: n4 });
  cluster.isolate(n4);
  cluster.advance(3000);
  assert.equal(cluster.leader.id, n1);
  cluster.heal();
  cluster.isolate(n2, n3);
  const index = cluster.leader.raft.propose('x');
  cluster.advance(300);
  assert.ok(cluster.member(n1).state.commitIndex < index, 'leader and learner are no majority');
});

test('a learner does not campaign, however long it hears nothing (4.2.1)', () => {
  const cluster = clusterOf(3);
  cluster.elect(n1);
  cluster.join(newcomer(n4));
  change(cluster, { type: 'addLearner', id: n4 });
  cluster.isolate(n4);
  cluster.advance(5000);
  assert.equal(cluster.member(n4).state.role, 'follower');
  assert.equal(cluster.member(n4).state.currentTerm, 1);
});

test('a server that does not know the members does not campaign (4.2.1)', () => {
  const node = newcomer(n4);
  node.wait(5000);
  assert.deepEqual(node.run(), []);
  assert.equal(node.state.currentTerm, 0);
});

test('a learner votes if it is asked: the candidate may know a later configuration (4.1)', () => {
  const node = new Node({ id: n4, voters: [n1, n2, n3], learners: [n4], currentTerm: 1 });
  node.setClock(1000);
  node.step(preVote(n1, n4, 2, [0, 0]));
  assert.deepEqual(node.run(), [preVoteReply(n4, n1, 2, true)]);
});
