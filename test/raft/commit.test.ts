/** When an entry is committed and applied (3.5), also ahead of the leader's own disk (10.2.1). */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clusterOf } from './cluster.js';
import { appendEntries, appendEntriesReply, ofType } from './messages.js';
import { entriesOf, makeLeader, Node, n1, n2, n3, n4, n5 } from './node.js';

/** Returns n1 as the leader of five in term 1, with its no-op and `writes` entries on its disk. */
function leaderOfFive(writes: number): Node {
  const node = new Node({ voters: [n1, n2, n3, n4, n5] });
  makeLeader(node);
  for (let write = 1; write <= writes; write += 1) node.raft.propose(`write ${write}`);
  node.run();
  return node;
}

test('an entry is committed once a majority holds it (3.5)', () => {
  const node = leaderOfFive(3);
  node.step(appendEntriesReply(n2, n1, 1, { match: 4 }));
  assert.equal(node.state.commitIndex, 0);
  node.step(appendEntriesReply(n3, n1, 1, { match: 2 }));
  assert.equal(node.state.commitIndex, 2);
  node.step(appendEntriesReply(n4, n1, 1, { match: 3 }));
  assert.equal(node.state.commitIndex, 3);
});

test('a single-node leader commits an entry once its own disk holds it (10.2.1) [P7]', () => {
  const node = new Node({ voters: [n1] });
  makeLeader(node);
  node.raft.propose('x');
  node.take();
  assert.equal(node.state.commitIndex, 1);
  node.sync();
  assert.equal(node.state.commitIndex, 2);
});

test('entries go to the state machine in order, each once (3.5)', () => {
  const node = leaderOfFive(10);
  for (const match of [3, 7, 7, 11, 5]) {
    node.step(appendEntriesReply(n2, n1, 1, { match }), appendEntriesReply(n3, n1, 1, { match }));
    node.run();
  }
  assert.deepEqual(
    node.committed.map((entry) => entry.index),
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
  );
});

test('one turn hands over at most applyEntriesMax entries', () => {
  const node = new Node({ voters: [n1], options: { applyEntriesMax: 3 } });
  makeLeader(node);
  for (let write = 0; write < 7; write += 1) node.raft.propose('x');
  node.take();
  node.sync();
  const handed: number[] = [];
  for (let before = -1; before !== node.committed.length; ) {
    before = node.committed.length;
    node.take();
    handed.push(node.committed.length - before);
  }
  assert.deepEqual(handed, [3, 3, 1, 0]);
});

test('a follower learns what is committed from its leader (3.5)', () => {
  const node = new Node();
  const entries = entriesOf([1, 1, 1]);
  node.step(appendEntries(n2, n1, 1, { entries, commit: 1 }));
  node.run();
  assert.deepEqual(node.committed, entries.slice(0, 1));
  node.step(appendEntries(n2, n1, 1, { prev: [3, 1], commit: 3 }));
  node.run();
  assert.deepEqual(node.committed, entries);
});

/** Returns n1 as the leader of three, with its no-op committed and a disk write in flight. */
function leaderThatWrites(): { node: Node; index: number } {
  const node = new Node({ voters: [n1, n2, n3] });
  makeLeader(node);
  node.step(appendEntriesReply(n2, n1, 1, { match: 1 }), appendEntriesReply(n3, n1, 1));
  node.run();
  const index = node.raft.propose('x');
  assert.equal(ofType(node.take(), 'AppendEntries').length, 2, 'it leaves before it is synced');
  assert.ok(node.isWriting);
  return { node, index };
}

test('a leader whose disk is slow commits by the disks of the others (10.2.1) [R11]', () => {
  const { node, index } = leaderThatWrites();
  node.step(appendEntriesReply(n2, n1, 1, { match: index }));
  assert.equal(node.state.commitIndex, 1, 'one of three holds it');
  node.step(appendEntriesReply(n3, n1, 1, { match: index }));
  assert.equal(node.state.commitIndex, index, 'two of three hold it');
  node.take();
  assert.equal(node.committed.at(-1)?.data, 'x');
  assert.equal(node.store.state.entries.length, index - 1);
});

test('a leader counts itself when its write is synced (10.2.1) [R11]', () => {
  const { node, index } = leaderThatWrites();
  node.step(appendEntriesReply(n2, n1, 1, { match: index }));
  assert.equal(node.state.commitIndex, 1);
  node.sync();
  assert.equal(node.state.commitIndex, index);
});

test('a learner that holds an entry does not help to commit it (4.2.1)', () => {
  const node = new Node({ voters: [n1, n2, n3], learners: [n4, n5] });
  makeLeader(node);
  for (const learner of [n4, n5]) node.step(appendEntriesReply(learner, n1, 1, { match: 1 }));
  assert.equal(node.state.commitIndex, 0);
});

test('a cluster commits with any majority, and with nothing less (3.5)', () => {
  const cluster = clusterOf(5);
  cluster.elect(n1);
  cluster.isolate(n4, n5);
  const index = cluster.leader.raft.propose('x');
  cluster.advance(100);
  assert.equal(cluster.leader.state.commitIndex, index);
  cluster.isolate(n3);
  cluster.leader.raft.propose('y');
  cluster.advance(200);
  assert.equal(cluster.leader.state.commitIndex, index);
});

test('one slow follower does not slow the others (3.5) [R9]', () => {
  const cluster = clusterOf(3);
  cluster.elect(n1);
  cluster.isolate(n3);
  for (let write = 0; write < 1000; write += 1) {
    const index = cluster.leader.raft.propose('x');
    cluster.settle();
    assert.equal(cluster.leader.state.commitIndex, index);
  }
  cluster.heal();
  cluster.advance(200);
  assert.equal(cluster.member(n3).state.commitIndex, cluster.leader.state.commitIndex);
});
