/** Deadlines, and the election timer that is fired early on demand. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clusterOf } from './cluster.js';
import {
  appendEntries,
  appendEntriesReply,
  ofType,
  preVote,
  preVoteReply,
  requestVote,
} from './messages.js';
import { bare, makeLeader, Node, n1, n2, n3 } from './node.js';

test("a follower's next deadline is the end of its election timeout (3.4)", () => {
  const node = new Node();
  const { nextDeadlineMs } = node.raft;
  assert.equal(nextDeadlineMs, node.state.electionDeadlineMs);
  node.wait(nextDeadlineMs - 0.5);
  assert.equal(node.state.role, 'follower');
  node.wait(0.5);
  assert.equal(node.state.role, 'preCandidate');
  assert.ok(node.raft.nextDeadlineMs > nextDeadlineMs);
});

test("a leader's next deadline is its next heartbeat", () => {
  const node = new Node();
  makeLeader(node);
  node.run();
  const { nowMs } = node.state;
  assert.equal(node.raft.nextDeadlineMs, nowMs + 50);
  node.wait(50);
  assert.equal(ofType(node.run(), 'AppendEntries').length, 2);
  assert.equal(node.raft.nextDeadlineMs, nowMs + 100);
});

test("without a majority, a leader's next deadline is the end of its leadership (6.2)", () => {
  const node = new Node({ options: { heartbeatIntervalMs: 10_000 } });
  makeLeader(node);
  assert.equal(node.raft.nextDeadlineMs, node.state.nowMs + 600);
  node.setClock(node.raft.nextDeadlineMs);
  node.tick();
  assert.equal(node.state.role, 'follower');
});

test('a transfer has a deadline too (3.10)', () => {
  const node = new Node({ options: { ...bare, heartbeatIntervalMs: 10_000 } });
  makeLeader(node);
  node.raft.transferLeadership(n2);
  node.setClock(node.raft.nextDeadlineMs);
  node.tick();
  assert.equal(node.raft.transferTarget, null);
});

test('an election timer that is fired early starts a PreVote (3.4, 9.6)', () => {
  const node = new Node();
  node.step(appendEntries(n2, n1, 1));
  node.run();
  node.raft.forceElectionTimeout();
  assert.deepEqual(node.run(), [preVote(n1, n2, 2, [0, 0]), preVote(n1, n3, 2, [0, 0])]);
  node.step(preVote(n3, n1, 2, [0, 0]));
  assert.deepEqual(node.run(), [preVoteReply(n1, n3, 2, true)], 'it takes no leader to be alive');
});

test('without PreVote an election timer that is fired early starts an election', () => {
  const node = new Node({ options: bare });
  node.raft.forceElectionTimeout();
  assert.deepEqual(node.run(), [requestVote(n1, n2, 1, [0, 0]), requestVote(n1, n3, 1, [0, 0])]);
});

test('a leader has no election timer to fire', () => {
  const node = new Node();
  makeLeader(node);
  node.run();
  node.step(appendEntriesReply(n2, n1, 1, { match: 1 }));
  node.raft.forceElectionTimeout();
  assert.equal(node.state.role, 'leader');
});

test('a learner whose timer is fired early does not campaign (4.2.1)', () => {
  const node = new Node({ voters: [n2, n3], learners: [n1] });
  node.raft.forceElectionTimeout();
  assert.deepEqual(node.run(), []);
});

test('timers that fire together split the vote, and random timeouts resolve it (3.4)', () => {
  const cluster = clusterOf(3);
  cluster.elect(n1);
  cluster.advance(100);
  cluster.isolate(n1);
  for (const id of [n2, n3]) cluster.member(id).raft.forceElectionTimeout();
  cluster.advance(1);
  for (const id of [n2, n3]) {
    const { role, currentTerm, votedFor } = cluster.member(id).state;
    assert.deepEqual([role, currentTerm, votedFor], ['candidate', 2, id]);
  }
  cluster.advance(2000);
  assert.ok(cluster.leader.state.currentTerm > 2);
});
