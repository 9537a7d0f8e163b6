/** How a leader is deposed and protected: CheckQuorum (6.2), disruptive servers (4.2.3), partial cuts. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Cluster, clusterOf } from './cluster.js';
import {
  appendEntries,
  appendEntriesReply,
  ofType,
  requestVote,
  requestVoteReply,
} from './messages.js';
import { makeLeader, Node, n1, n2, n3, n4, n5 } from './node.js';

test('a leader that no majority answers for an election timeout steps down (6.2) [E10]', () => {
  const cluster = clusterOf(3);
  cluster.elect(n1);
  cluster.isolate(n1);
  cluster.advance(580);
  assert.equal(cluster.member(n1).state.role, 'leader');
  cluster.advance(20);
  const { role, leaderId, currentTerm } = cluster.member(n1).state;
  assert.notEqual(role, 'leader');
  assert.equal(leaderId, null);
  assert.equal(currentTerm, 1, 'stepping down is no new term');
  assert.ok(cluster.member(n1).events.some(({ type }) => type === 'steppedDown'));
});

test('without CheckQuorum a leader without followers stays leader (6.2) [E10]', () => {
  const cluster = clusterOf(3, { checkQuorum: false });
  cluster.elect(n1);
  cluster.isolate(n1);
  cluster.advance(6000);
  assert.equal(cluster.member(n1).state.role, 'leader');
  assert.equal(cluster.inRole('leader').length, 2);
});

test('a leader of three stays leader while one of the others answers (6.2) [E10]', () => {
  const cluster = clusterOf(3);
  cluster.elect(n1);
  cluster.isolate(n3);
  cluster.advance(6000);
  assert.equal(cluster.leader.id, n1);
  assert.equal(cluster.leader.state.currentTerm, 1);
});

test('a single-node leader stays leader, however long it stalled (6.2)', () => {
  const node = new Node({ voters: [n1] });
  makeLeader(node);
  node.wait(10_000);
  assert.equal(node.state.role, 'leader');
});

test('a majority counts from when its round began, not from when it answered (6.2) [E10]', () => {
  const node = new Node();
  makeLeader(node);
  node.wait(50);
  node.run();
  node.setClock(node.state.nowMs + 500);
  node.step(appendEntriesReply(n2, n1, 1, { round: 2, match: 1 }));
  node.wait(90);
  assert.equal(node.state.role, 'leader');
  node.wait(20);
  assert.equal(node.state.role, 'follower');
});

test('a peer that acknowledges more entries is in contact, although its round is old (6.2)', () => {
  const node = new Node();
  makeLeader(node);
  for (let at = 0; at < 20; at += 1) node.raft.propose('x');
  node.step(appendEntriesReply(n2, n1, 1, { round: 1, match: 1 }));
  for (let match = 2; match <= 20; match += 1) {
    node.wait(100);
    node.run();
    node.step(appendEntriesReply(n2, n1, 1, { round: 1, match }));
  }
  assert.equal(node.state.role, 'leader');
  node.step(requestVote(n3, n1, 5, [9, 4]));
  assert.equal(node.state.currentTerm, 1, 'its leader is alive, too');
  node.raft.requestRead(1, 'lease');
  node.run();
  assert.deepEqual(node.readResults, [], 'but a lease needs an answered round (6.4.1)');
});

test('a peer that repeats an old answer is not in contact (6.2)', () => {
  const node = new Node();
  makeLeader(node);
  for (let passedMs = 0; passedMs < 700; passedMs += 100) {
    node.step(appendEntriesReply(n2, n1, 1, { round: 1, match: 1 }));
    node.wait(100);
    node.run();
  }
  assert.equal(node.state.role, 'follower');
});

test('replies of learners do not keep a leader in office (6.2) [E10]', () => {
  const node = new Node({ voters: [n1, n2, n3], learners: [n4, n5] });
  makeLeader(node);
  for (let round = 2; node.state.role === 'leader' && round < 100; round += 1) {
    node.wait(50);
    for (const learner of [n4, n5]) {
      node.step(appendEntriesReply(learner, n1, 1, { round, match: 1 }));
    }
    node.run();
  }
  assert.equal(node.state.role, 'follower');
});

test('a request for a vote within the smallest timeout of a live leader is ignored (4.2.3) [E9]', () => {
  const node = new Node();
  node.step(appendEntries(n2, n1, 1));
  node.run();
  node.setClock(299);
  node.step(requestVote(n3, n1, 5, [9, 4]));
  assert.deepEqual(node.run(), []);
  assert.equal(node.state.currentTerm, 1);
  node.setClock(300);
  node.step(requestVote(n3, n1, 5, [9, 4]));
  assert.deepEqual(node.run(), [requestVoteReply(n1, n3, 5, true)]);
});

test('a node that restarts protects the leader that it may have heard (4.2.3) [E9]', () => {
  const node = new Node();
  node.step(appendEntries(n2, n1, 1));
  node.run();
  node.setClock(1000);
  node.restart();
  node.setClock(1299);
  node.step(requestVote(n3, n1, 2, [9, 1]));
  assert.deepEqual(node.run(), []);
  node.setClock(1300);
  node.step(requestVote(n3, n1, 2, [9, 1]));
  assert.deepEqual(node.run(), [requestVoteReply(n1, n3, 2, true)]);
});

test('a node of a new cluster votes at once: there was no leader yet (4.2.3)', () => {
  const node = new Node();
  node.step(requestVote(n3, n1, 1, [0, 0]));
  assert.deepEqual(node.run(), [requestVoteReply(n1, n3, 1, true)]);
});

test('a leader with a majority ignores a request for a vote too (4.2.3) [E9]', () => {
  const cluster = clusterOf(3);
  cluster.elect(n1);
  cluster.member(n1).step(requestVote(n3, n1, 5, [9, 4]));
  assert.equal(cluster.member(n1).state.role, 'leader');
  assert.equal(cluster.member(n1).state.currentTerm, 1);
});

test('a server that keeps campaigning, PreVote or not, disturbs no live leader (4.2.3) [E9]', () => {
  const cluster = clusterOf(5, { preVote: false });
  cluster.elect(n1);
  cluster.cut(n1, n5);
  cluster.cut(n5, n1);
  cluster.advance(10_000);
  assert.ok(cluster.member(n5).state.currentTerm > 10);
  assert.equal(cluster.leader.id, n1);
  assert.equal(cluster.leader.state.currentTerm, 1);
});

test('without CheckQuorum a server that keeps campaigning deposes the leader (4.2.3) [E9]', () => {
  const cluster = clusterOf(5, { preVote: false, checkQuorum: false });
  cluster.elect(n1);
  cluster.cut(n1, n5);
  cluster.cut(n5, n1);
  cluster.advance(2000);
  assert.ok(cluster.leader.state.currentTerm > 1);
});

/** Returns how many terms begin in ten seconds, after two seconds to settle. */
function termsIn10s(cluster: Cluster): number {
  cluster.advance(2000);
  const before = cluster.leader.state.currentTerm;
  cluster.advance(10_000);
  return cluster.leader.state.currentTerm - before;
}

/** Checks that one leader stays leader, and that its writes are committed. */
function assertStable(cluster: Cluster): void {
  assert.equal(termsIn10s(cluster), 0, 'the leader changes again and again');
  const { raft } = cluster.leader;
  const index = raft.propose('x');
  cluster.advance(200);
  assert.ok(raft.state.commitIndex >= index, 'the leader commits nothing');
}

test('a cut between two nodes that both see the third leaves a stable leader [E12]', () => {
  for (const leader of [n1, n2, n3]) {
    const cluster = clusterOf(3);
    cluster.elect(leader);
    cluster.cutBothWays(n1, n2);
    assertStable(cluster);
    assert.equal(cluster.leader.id, leader, 'and it stays the one it was');
  }
});

test('without PreVote and CheckQuorum a cut between two of three nodes deposes the leader [E12]', () => {
  const cluster = clusterOf(3, { preVote: false, checkQuorum: false });
  cluster.elect(n1);
  cluster.cutBothWays(n1, n2);
  cluster.advance(1000);
  assert.ok(cluster.member(n1).state.currentTerm > 1);
});

test('two of five nodes that each see only one other depose no leader [E12]', () => {
  for (const leader of [n1, n2, n3, n4]) {
    const cluster = clusterOf(5);
    cluster.elect(leader);
    for (const other of [n1, n3, n5]) cluster.cutBothWays(n4, other);
    for (const other of [n1, n2, n4]) cluster.cutBothWays(n5, other);
    assertStable(cluster);
    assert.ok(![n4, n5].includes(cluster.leader.id), 'a leader without a majority');
  }
});

test('a leader that is heard but hears nothing steps down (6.2) [E12]', () => {
  const cluster = clusterOf(3);
  cluster.elect(n1);
  cluster.cut(n2, n1);
  cluster.cut(n3, n1);
  assertStable(cluster);
  assert.notEqual(cluster.leader.id, n1);
});

test('a leader that hears but is not heard is replaced (3.4) [E12]', () => {
  const cluster = clusterOf(3);
  cluster.elect(n1);
  cluster.cut(n1, n2);
  cluster.cut(n1, n3);
  assertStable(cluster);
  assert.notEqual(cluster.leader.id, n1);
});

test('a follower that is heard but hears nothing deposes no leader [E12]', () => {
  const cluster = clusterOf(3);
  cluster.elect(n1);
  cluster.cut(n1, n3);
  cluster.cut(n2, n3);
  assertStable(cluster);
  assert.equal(cluster.leader.id, n1);
});

test('a follower that hears but is not heard deposes no leader [E12]', () => {
  const cluster = clusterOf(3);
  cluster.elect(n1);
  cluster.cut(n3, n1);
  cluster.cut(n3, n2);
  assertStable(cluster);
  assert.equal(cluster.leader.id, n1);
});

test('a leader sends heartbeats to all peers while nothing is written (3.4)', () => {
  const node = new Node();
  makeLeader(node);
  node.step(
    appendEntriesReply(n2, n1, 1, { match: 1 }),
    appendEntriesReply(n3, n1, 1, { match: 1 }),
  );
  node.run();
  node.wait(49);
  assert.deepEqual(node.run(), []);
  node.wait(1);
  const beats = ofType(node.run(), 'AppendEntries');
  assert.deepEqual(
    beats.map(({ to, entries, prevLogIndex }) => [to, entries.length, prevLogIndex]),
    [
      [n2, 0, 1],
      [n3, 0, 1],
    ],
  );
});
