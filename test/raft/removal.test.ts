/** Removals: of the leader itself (4.2.2), and of servers that do not know it (4.2.3). */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogIndex, NodeId, RaftOptions } from '../../src/raft/index.js';
import { type Cluster, clusterOf } from './cluster.js';
import {
  appendEntriesReply,
  ofType,
  preVoteReply,
  requestVote,
  theOnly,
  timeoutNow,
} from './messages.js';
import { makeLeader, Node, n1, n2, n3, n4, n5 } from './node.js';

/** Returns n1 as the leader of three that has proposed its own removal. n2 has more than n3. */
function removingItself(): Node {
  const node = new Node();
  makeLeader(node);
  for (const peer of [n2, n3]) node.step(appendEntriesReply(peer, n1, 1, { match: 1 }));
  node.run();
  node.raft.proposeChange({ type: 'remove', id: n1 });
  node.raft.propose('x');
  node.run();
  return node;
}

function remove(cluster: Cluster, id: NodeId): void {
  assert.ok('index' in cluster.leader.raft.proposeChange({ type: 'remove', id }));
}

test('a leader that removes itself does not count itself (4.2.2) [M4]', () => {
  const node = removingItself();
  node.step(appendEntriesReply(n2, n1, 1, { match: 2 }));
  assert.equal(node.state.commitIndex, 1, 'one of two');
  node.step(appendEntriesReply(n3, n1, 1, { match: 2 }));
  assert.equal(node.state.commitIndex, 2);
});

test('a leader that removes itself leads until that is committed, then steps down (4.2.2) [M4]', () => {
  const node = removingItself();
  assert.equal(node.state.role, 'leader');
  node.step(
    appendEntriesReply(n2, n1, 1, { match: 3 }),
    appendEntriesReply(n3, n1, 1, { match: 2 }),
  );
  node.run();
  assert.equal(node.state.role, 'follower');
  assert.equal(node.state.currentTerm, 1);
  assert.ok(node.events.some(({ type }) => type === 'steppedDown'));
});

test('a removed leader asks the voter with the most up-to-date log to take over (4.2.2, 3.10) [M4]', () => {
  for (const [matches, expected] of [
    [[3, 2], n2],
    [[2, 3], n3],
  ] as const) {
    const node = removingItself();
    node.step(
      appendEntriesReply(n2, n1, 1, { match: matches[0] }),
      appendEntriesReply(n3, n1, 1, { match: matches[1] }),
    );
    assert.deepEqual(theOnly(node.run(), 'TimeoutNow'), timeoutNow(n1, expected, 1));
  }
});

test('a removed leader is succeeded at once, and stays out (4.2.2) [M4] [M5]', () => {
  const cluster = clusterOf(3);
  cluster.elect(n1);
  cluster.advance(100);
  remove(cluster, n1);
  cluster.settle();
  assert.ok(cluster.leader.id !== n1, 'no timeout had to pass');
  assert.equal(cluster.leader.state.currentTerm, 2);
  cluster.advance(5000);
  assert.equal(cluster.leader.state.currentTerm, 2);
  assert.equal(cluster.member(n1).state.role, 'follower');
  assert.deepEqual(cluster.leader.state.configuration.voters, [n2, n3]);
});

test('a server that is removed is told, and does not campaign (4.2.3) [M5]', () => {
  const cluster = clusterOf(3);
  cluster.elect(n1);
  cluster.advance(100);
  remove(cluster, n3);
  cluster.settle();
  assert.equal(cluster.member(n3).state.commitIndex, 2, 'the last that it hears');
  assert.ok(!cluster.leader.state.leadership?.progress.has(n3));
  cluster.advance(5000);
  assert.equal(cluster.member(n3).state.role, 'follower');
  assert.equal(cluster.member(n3).state.currentTerm, 1);
});

test('a removed server receives messages until its removal is committed (4.2.2)', () => {
  const node = new Node();
  makeLeader(node);
  for (const peer of [n2, n3]) node.step(appendEntriesReply(peer, n1, 1, { match: 1 }));
  node.run();
  node.raft.proposeChange({ type: 'remove', id: n3 });
  assert.equal(ofType(node.run(), 'AppendEntries').filter(({ to }) => to === n3).length, 1);
  node.step(appendEntriesReply(n2, n1, 1, { match: 2 }));
  const [last] = ofType(node.run(), 'AppendEntries').filter(({ to }) => to === n3);
  assert.equal(last?.leaderCommit, 2);
  node.wait(50);
  assert.ok(ofType(node.run(), 'AppendEntries').every(({ to }) => to === n2));
});

for (const [what, options] of [
  ['with PreVote and CheckQuorum', {}],
  ['with CheckQuorum alone', { preVote: false }],
] as const satisfies [string, Partial<RaftOptions>][]) {
  test(`a server that missed its removal deposes no leader, ${what} (4.2.3) [E9]`, () => {
    const cluster = clusterOf(4, options);
    cluster.elect(n1);
    cluster.advance(100);
    cluster.isolate(n4);
    remove(cluster, n4);
    cluster.advance(100);
    cluster.heal();
    cluster.advance(10_000);
    assert.ok(cluster.member(n4).state.configuration.voters.includes(n4), 'it does not know');
    assert.equal(cluster.leader.id, n1);
    assert.equal(cluster.leader.state.currentTerm, 1);
  });
}

test('without either, a server that missed its removal deposes leaders again and again (4.2.3) [E9]', () => {
  const cluster = clusterOf(4, { preVote: false, checkQuorum: false });
  cluster.elect(n1);
  cluster.advance(100);
  cluster.isolate(n4);
  remove(cluster, n4);
  cluster.advance(100);
  cluster.heal();
  cluster.advance(10_000);
  assert.ok(cluster.leader.state.currentTerm > 3);
});

test('a RequestVote within the smallest timeout of a live leader does not raise the term (4.2.3) [E9]', () => {
  const cluster = clusterOf(3, { preVote: false });
  cluster.elect(n1);
  cluster.advance(100);
  for (const id of [n1, n2]) {
    const node = cluster.member(id);
    node.step(requestVote(n3, id, 9, [99, 9]));
    assert.deepEqual(ofType(node.run(), 'RequestVoteReply'), []);
    assert.equal(node.state.currentTerm, 1, 'the term is not adopted');
  }
  const quiet = cluster.member(n2);
  quiet.setClock(cluster.nowMs + 300);
  quiet.step(requestVote(n3, n2, 9, [99, 9]));
  assert.equal(theOnly(quiet.run(), 'RequestVoteReply').voteGranted, true);
});

test('a voter that is down can be removed (4.2.2)', () => {
  const cluster = clusterOf(2);
  cluster.elect(n1);
  cluster.advance(100);
  cluster.isolate(n2);
  remove(cluster, n2);
  cluster.advance(100);
  const index = cluster.leader.raft.propose('alone');
  cluster.advance(100);
  assert.equal(cluster.leader.state.commitIndex, index);
});

test('a server that alone holds its own removal still campaigns (Figure 4.6) [M4]', () => {
  const cluster = clusterOf(2);
  cluster.elect(n1);
  cluster.advance(100);
  cluster.cut(n1, n2);
  remove(cluster, n1);
  cluster.collect();
  cluster.deliver();
  assert.equal(cluster.member(n1).state.log.lastIndex, 2);
  assert.equal(cluster.member(n2).state.log.lastIndex, 1);
  cluster.member(n1).restart();
  cluster.heal();
  cluster.advance(3000);
  assert.equal(cluster.leader.id, n2);
  assert.deepEqual(cluster.leader.state.configuration.voters, [n2]);
  assert.equal(cluster.leader.state.commitIndex, cluster.leader.state.log.lastIndex);
});

test('a removed server does not count its own vote (4.2.2)', () => {
  const node = removingItself();
  node.restart();
  node.wait(600);
  assert.deepEqual(
    ofType(node.run(), 'PreVote').map(({ to }) => to),
    [n2, n3],
  );
  node.step(preVoteReply(n2, n1, 2, true));
  node.run();
  assert.equal(node.state.role, 'preCandidate', 'one of two is no majority');
});

test('a new leader completes the change that it finds in its log (4.2.2)', () => {
  const cluster = clusterOf(5);
  cluster.elect(n1);
  cluster.advance(100);
  cluster.isolate(n4, n5);
  remove(cluster, n5);
  cluster.collect();
  cluster.deliver();
  cluster.drop();
  cluster.heal();
  cluster.isolate(n1);
  cluster.elect(n2);
  cluster.advance(200);
  assert.deepEqual(cluster.leader.state.configuration.voters, [n1, n2, n3, n4]);
  assert.ok(cluster.leader.state.commitIndex >= (3 as LogIndex));
});
