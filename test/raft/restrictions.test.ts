/** The safety properties behind elections and commits (3.6). */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clusterOf, clusterWith } from './cluster.js';
import { appendEntries, appendEntriesReply, requestVote } from './messages.js';
import { entriesOf, makeLeader, Node, n1, n2, n3, n4, n5 } from './node.js';

test('a node that lacks a committed entry is not elected (3.6.1)', () => {
  for (const options of [{}, { preVote: false }]) {
    const cluster = clusterOf(3, options);
    cluster.elect(n1);
    cluster.isolate(n3);
    cluster.leader.raft.propose('committed');
    cluster.advance(100);
    cluster.heal();
    cluster.drop();
    cluster.campaign(n3);
    cluster.settle();
    assert.notEqual(cluster.member(n3).state.role, 'leader');
  }
});

test('an elected leader holds every committed entry (3.6.3)', () => {
  for (const crashed of [n1, n2, n3, n4, n5]) {
    const cluster = clusterOf(5);
    cluster.elect(crashed);
    cluster.isolate(n5, n4);
    cluster.advance(200);
    const leader = cluster.inRole('leader').find(({ id }) => id !== n4 && id !== n5);
    leader?.raft.propose('committed');
    cluster.advance(100);
    cluster.heal();
    cluster.isolate(crashed);
    cluster.advance(3000);
    const { log } = cluster.leader.state;
    const committed = leader?.committed ?? [];
    for (const { index, term } of committed) assert.equal(log.termAt(index), term);
  }
});

test('an entry of an older term is not committed by counting (3.6.2) [R2]', () => {
  const node = new Node({ log: [1, 2], voters: [n1, n2, n3, n4, n5] });
  makeLeader(node);
  for (const peer of [n2, n3, n4]) node.step(appendEntriesReply(peer, n1, 3, { match: 2 }));
  assert.equal(node.state.commitIndex, 0);
});

test('an entry of an older term is committed with the first of the current term (3.6.2) [R2]', () => {
  const node = new Node({ log: [1, 2], voters: [n1, n2, n3, n4, n5] });
  makeLeader(node);
  for (const peer of [n2, n3]) node.step(appendEntriesReply(peer, n1, 3, { match: 3 }));
  assert.equal(node.state.commitIndex, 3);
});

test('a leader only appends to its own log (3.5, Leader Append-Only)', () => {
  const cluster = clusterWith([{ log: [1, 1, 2] }, { log: [1, 1, 1, 1] }, { log: [1] }]);
  cluster.elect(n1);
  const leader = cluster.leader;
  const before = leader.log;
  leader.raft.propose('x');
  cluster.advance(1000);
  assert.deepEqual(leader.log, [...before, 3]);
});

test('a committed entry is never truncated: that stops the node (3.6) [R8]', () => {
  const node = new Node({ log: [1, 1] });
  node.step(appendEntries(n2, n1, 2, { prev: [2, 1], commit: 2 }));
  const conflicting = appendEntries(n2, n1, 2, { prev: [1, 1], entries: entriesOf([2], 2) });
  assert.throws(() => node.step(conflicting), {
    code: 'LETO_ASSERTION',
    message: /committed entry is truncated/,
  });
});

test('a later last term wins a vote over a longer log (3.6.1) [E5]', () => {
  const node = new Node({ log: [1, 2] });
  node.setClock(300);
  node.step(requestVote(n2, n1, 5, [100, 1]), requestVote(n3, n1, 5, [1, 3]));
  const answers = node.run();
  assert.deepEqual(
    answers.map((answer) => [answer.to, 'voteGranted' in answer && answer.voteGranted]),
    [
      [n2, false],
      [n3, true],
    ],
  );
});
