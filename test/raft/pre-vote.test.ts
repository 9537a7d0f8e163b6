/** PreVote (9.6): asking before a term is started, alone and together with CheckQuorum. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Cluster, clusterOf, clusterWith } from './cluster.js';
import {
  appendEntries,
  appendEntriesReply,
  ofType,
  preVote,
  preVoteReply,
  requestVote,
  requestVoteReply,
} from './messages.js';
import { Node, n1, n2, n3 } from './node.js';

function preCandidate(): Node {
  const node = new Node({ log: [1, 1] });
  node.wait(600);
  return node;
}

/** Returns how many elections were won after the first `since` events of each node. */
function electionsSince(cluster: Cluster, since: readonly number[]): number {
  return cluster.members
    .flatMap((node, at) => node.events.slice(since[at]))
    .filter((event) => event.type === 'becameLeader').length;
}

function eventCounts(cluster: Cluster): number[] {
  return cluster.members.map((node) => node.events.length);
}

test('a node first asks whether it could win, without a change of term or vote (9.6) [E8]', () => {
  const node = preCandidate();
  assert.equal(node.state.role, 'preCandidate');
  assert.deepEqual(node.take(), [preVote(n1, n2, 2, [2, 1]), preVote(n1, n3, 2, [2, 1])]);
  assert.equal(node.state.currentTerm, 1);
  assert.equal(node.state.votedFor, null);
  assert.ok(!node.isWriting);
});

test('granted PreVotes of a majority start the real election, in the next term (9.6)', () => {
  const node = preCandidate();
  node.run();
  node.step(preVoteReply(n2, n1, 2, true));
  assert.equal(node.state.role, 'candidate');
  assert.equal(node.state.currentTerm, 2);
  assert.deepEqual(node.run(), [requestVote(n1, n2, 2, [2, 1]), requestVote(n1, n3, 2, [2, 1])]);
});

test('refused PreVotes of a majority make the node a follower again, in its term (9.6)', () => {
  const node = preCandidate();
  node.step(preVoteReply(n2, n1, 1, false), preVoteReply(n3, n1, 1, false));
  assert.equal(node.state.role, 'follower');
  assert.equal(node.state.currentTerm, 1);
});

test('a granted PreVote of an earlier campaign does not count (9.6) [E7]', () => {
  const node = preCandidate();
  node.step(appendEntries(n2, n1, 2, { prev: [2, 1] }));
  node.run();
  node.wait(600);
  assert.equal(node.state.role, 'preCandidate');
  node.step(preVoteReply(n3, n1, 2, true));
  assert.equal(node.state.role, 'preCandidate');
});

test('a granted PreVote changes nothing on a node that does not campaign (9.6) [E7]', () => {
  const node = new Node({ log: [1] });
  node.step(preVoteReply(n2, n1, 2, true), preVoteReply(n3, n1, 2, true));
  assert.equal(node.state.role, 'follower');
  assert.equal(node.state.currentTerm, 1);
});

test('a refused PreVote with a higher term makes the node adopt that term (3.3)', () => {
  const node = preCandidate();
  node.step(preVoteReply(n2, n1, 7, false));
  assert.equal(node.state.role, 'follower');
  assert.equal(node.state.currentTerm, 7);
});

test('a PreVote is granted when the vote itself would be (9.6)', () => {
  const cases: [own: number[], term: number, last: [number, number], granted: boolean][] = [
    [[1, 1], 2, [2, 1], true],
    [[1, 1], 5, [1, 2], true],
    [[1, 1], 2, [1, 1], false],
    [[1, 2], 3, [9, 1], false],
    [[1, 1], 1, [2, 1], false],
  ];
  for (const [log, term, last, granted] of cases) {
    const node = new Node({ log });
    node.setClock(300);
    node.step(preVote(n2, n1, term, last));
    const answerTerm = granted ? term : node.state.currentTerm;
    assert.deepEqual(node.take(), [preVoteReply(n1, n2, answerTerm, granted)]);
    assert.ok(!node.isWriting, 'a pre-vote is nothing to remember');
  }
});

test('a node may grant many PreVotes of one term (9.6)', () => {
  const node = new Node();
  node.step(preVote(n2, n1, 1, [0, 0]), preVote(n3, n1, 1, [0, 0]));
  const answers = ofType(node.take(), 'PreVoteReply');
  assert.deepEqual(
    answers.map((answer) => answer.voteGranted),
    [true, true],
  );
});

test('a follower refuses PreVotes within the smallest timeout of hearing a leader (9.6) [E11]', () => {
  for (const [silenceMs, granted] of [
    [299, false],
    [300, true],
  ] as const) {
    const node = new Node();
    node.step(appendEntries(n2, n1, 1));
    node.run();
    node.setClock(silenceMs);
    node.step(preVote(n3, n1, 2, [5, 1]));
    assert.deepEqual(node.run(), [preVoteReply(n1, n3, granted ? 2 : 1, granted)]);
  }
});

test('a leader that has its majority refuses PreVotes (9.6) [E11]', () => {
  const cluster = clusterOf(3);
  cluster.elect(n1);
  cluster.member(n1).step(preVote(n3, n1, 9, [99, 9]));
  assert.deepEqual(cluster.member(n1).run(), [preVoteReply(n1, n3, 1, false)]);
});

test('a node that was cut off for ten timeouts rejoins without a new term (9.6) [E8]', () => {
  const cluster = clusterOf(3);
  cluster.elect(n1);
  cluster.isolate(n3);
  cluster.advance(6000);
  assert.equal(cluster.member(n3).state.role, 'preCandidate');
  const before = eventCounts(cluster);
  cluster.heal();
  cluster.advance(2000);
  assert.equal(cluster.leader.id, n1);
  for (const node of cluster.members) assert.equal(node.state.currentTerm, 1);
  assert.equal(electionsSince(cluster, before), 0);
});

test('without PreVote a node that rejoins disturbs the leader once, and only once (9.6) [E8]', () => {
  const cluster = clusterOf(3, { preVote: false });
  cluster.elect(n1);
  cluster.isolate(n3);
  cluster.advance(6000);
  const { currentTerm } = cluster.member(n3).state;
  assert.ok(currentTerm > 5);
  const before = eventCounts(cluster);
  cluster.heal();
  cluster.advance(5000);
  assert.equal(electionsSince(cluster, before), 1);
  assert.ok(cluster.leader.state.currentTerm > currentTerm);
});

test('a node with a higher term than the leader rejoins through a new election [E11]', () => {
  const cluster = clusterWith([{ currentTerm: 1 }, { currentTerm: 1 }, { currentTerm: 8 }]);
  cluster.isolate(n3);
  cluster.elect(n1);
  assert.equal(cluster.leader.state.currentTerm, 2);
  cluster.advance(1000);
  cluster.heal();
  cluster.advance(3000);
  assert.ok(cluster.leader.state.currentTerm > 8);
  for (const node of cluster.members) {
    assert.equal(node.state.leaderId, cluster.leader.id);
    assert.equal(node.state.log.lastIndex, cluster.leader.state.log.lastIndex);
  }
});

test('a leader of an older term learns the higher one from a refusal (3.3) [E11]', () => {
  const stuck = new Node({ currentTerm: 8 });
  stuck.step(appendEntries(n2, n1, 2));
  assert.deepEqual(stuck.run(), [appendEntriesReply(n1, n2, 8, { round: 0 })]);
});

test('a mixed cluster, some nodes with PreVote and some without, elects a stable leader [E11]', () => {
  for (const lonely of [n1, n2, n3]) {
    const cluster = clusterWith([
      { options: { preVote: true } },
      { options: { preVote: false } },
      { options: { preVote: true, checkQuorum: false } },
    ]);
    cluster.advance(1500);
    cluster.isolate(lonely);
    cluster.advance(3000);
    cluster.heal();
    cluster.advance(3000);
    const before = eventCounts(cluster);
    cluster.advance(5000);
    assert.equal(electionsSince(cluster, before), 0);
    assert.equal(cluster.inRole('leader').length, 1);
    assert.equal(cluster.inRole('follower').length, 2);
  }
});

test('a preCandidate gives its vote to a candidate of a higher term (3.3)', () => {
  const node = preCandidate();
  node.run();
  node.step(requestVote(n2, n1, 2, [2, 1]));
  assert.equal(node.state.role, 'follower');
  assert.deepEqual(node.run(), [requestVoteReply(n1, n2, 2, true)]);
});

test('a preCandidate that hears from the leader of its term follows it (3.4) [E3]', () => {
  const node = preCandidate();
  node.step(appendEntries(n2, n1, 1, { prev: [2, 1] }));
  assert.equal(node.state.role, 'follower');
  assert.equal(node.state.leaderId, n2);
});
