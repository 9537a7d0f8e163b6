/** AppendEntries on a follower: the consistency check, conflicts and commit (3.5, Figure 3.1). */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ByteString } from '../../src/base/bytes.js';
import { clusterOf, clusterWith } from './cluster.js';
import { appendEntries, appendEntriesReply, ofType, rejection, theOnly } from './messages.js';
import { bare, entriesOf, makeLeader, Node, n1, n2, n3 } from './node.js';

/** Returns n1 in term 2, before n2 has sent it anything. */
function follower(log: readonly number[], currentTerm = 2): Node {
  return new Node({ log, currentTerm });
}

test('a new leader appends a no-op of its term at once (6.4) [R3]', () => {
  const node = new Node({ log: [1, 1] });
  makeLeader(node);
  const noop = node.state.log.entryAt(node.state.log.lastIndex);
  assert.deepEqual({ ...noop }, { index: 3, term: 2, kind: 'noop', data: '' });
});

test('entries of earlier leaders are committed with the no-op of the next one (6.4) [R3]', () => {
  const cluster = clusterWith([{ log: [1, 1] }, { log: [1, 1] }, { log: [1] }]);
  cluster.elect(n2);
  cluster.advance(100);
  for (const node of cluster.members) {
    assert.equal(node.state.commitIndex, 3);
    assert.deepEqual(node.log, [1, 1, 2]);
  }
});

test('each AppendEntries names the entry before its first (3.5)', () => {
  const node = new Node({ log: [1, 1] });
  const [message] = ofType(makeLeader(node), 'AppendEntries');
  assert.equal(message?.prevLogIndex, 2);
  assert.equal(message?.prevLogTerm, 1);
  assert.deepEqual(
    message?.entries.map(({ index, term }) => [index, term]),
    [[3, 2]],
  );
});

test('a follower appends what follows the entry that it shares with the leader (3.5)', () => {
  const node = follower([1]);
  const entries = entriesOf([2, 2], 2);
  node.step(appendEntries(n2, n1, 2, { prev: [1, 1], entries }));
  const sent = node.run();
  assert.deepEqual(node.log, [1, 2, 2]);
  assert.deepEqual(node.store.state.entries.slice(1), entries);
  assert.deepEqual(sent.at(-1), appendEntriesReply(n1, n2, 2, { match: 3 }));
});

test('a follower without the previous entry rejects, and reports where its log ends (3.5)', () => {
  const node = follower([1, 1]);
  node.step(appendEntries(n2, n1, 2, { prev: [5, 2], entries: entriesOf([2], 6) }));
  assert.deepEqual(node.run(), [
    appendEntriesReply(n1, n2, 2, { rejection: rejection(5, { term: null, index: 3 }) }),
  ]);
  assert.deepEqual(node.log, [1, 1]);
});

test('a follower with another previous entry reports its term and where that begins (3.5)', () => {
  const node = follower([1, 1, 2, 2, 2], 4);
  node.step(appendEntries(n2, n1, 4, { prev: [5, 3] }));
  assert.deepEqual(node.run(), [
    appendEntriesReply(n1, n2, 4, { rejection: rejection(5, { term: 2, index: 3 }) }),
  ]);
});

test('a conflicting entry is removed, with all that follow it (3.5)', () => {
  const node = follower([1, 1, 1, 1], 2);
  node.step(appendEntries(n2, n1, 2, { prev: [2, 1], entries: entriesOf([2], 3) }));
  node.run();
  assert.deepEqual(node.log, [1, 1, 2]);
  assert.deepEqual(
    node.store.state.entries.map((entry) => entry.term),
    [1, 1, 2],
  );
  assert.deepEqual(
    node.events.find((event) => event.type === 'truncated'),
    { type: 'truncated', from: 3, to: 4 },
  );
});

test('a delayed AppendEntries with fewer entries shortens nothing (Figure 3.1, step 3) [R4]', () => {
  const node = follower([1]);
  const all = appendEntries(n2, n1, 2, { prev: [1, 1], entries: entriesOf([2, 2, 2], 2) });
  const few = appendEntries(n2, n1, 2, { prev: [1, 1], entries: entriesOf([2], 2) });
  const heartbeat = appendEntries(n2, n1, 2, { prev: [1, 1] });
  node.step(all, few, heartbeat);
  const sent = node.run();
  assert.deepEqual(node.log, [1, 2, 2, 2]);
  assert.equal(ofType(sent, 'AppendEntriesReply').at(-1)?.matchIndex, 4);
  node.step({ ...few, round: 2 });
  assert.equal(theOnly(node.run(), 'AppendEntriesReply').matchIndex, 4, 'it still holds all');
});

test('an AppendEntries that arrives twice changes nothing the second time (3.5) [R4]', () => {
  const node = follower([1]);
  const message = appendEntries(n2, n1, 2, { prev: [1, 1], entries: entriesOf([2, 2], 2) });
  node.step(message);
  node.run();
  node.step(message);
  assert.deepEqual(node.run(), [appendEntriesReply(n1, n2, 2, { match: 3 })]);
  assert.deepEqual(node.log, [1, 2, 2]);
});

test('a follower commits no further than the last new entry (Figure 3.1) [R5]', () => {
  const cases: [entries: number[], leaderCommit: number, commitIndex: number][] = [
    [[], 9, 1],
    [[2], 9, 2],
    [[2, 2], 9, 3],
    [[2, 2], 2, 2],
    [[2, 2], 0, 0],
  ];
  for (const [terms, commit, expected] of cases) {
    const node = follower([1, 1, 1, 1]);
    const entries = entriesOf(terms, 2);
    node.step(appendEntries(n2, n1, 2, { prev: [1, 1], entries, commit }));
    assert.equal(node.state.commitIndex, expected, `${terms} up to ${commit}`);
  }
});

test('commitIndex never falls (Figure 3.1) [R5]', () => {
  const node = follower([2, 2, 2]);
  node.step(appendEntries(n2, n1, 2, { prev: [3, 2], commit: 3 }));
  node.step(appendEntries(n2, n1, 2, { prev: [1, 2], commit: 1 }));
  assert.equal(node.state.commitIndex, 3);
});

test('entries that begin inside the snapshot are appended from its end on (5.1) [R7]', () => {
  const node = new Node({ base: { index: 5, term: 2 }, log: [2], currentTerm: 2 });
  const entries = entriesOf([1, 2, 2, 2, 2], 3);
  node.step(appendEntries(n2, n1, 2, { prev: [2, 1], entries, commit: 7 }));
  const sent = node.run();
  assert.deepEqual(node.log, [2, 2]);
  assert.equal(node.state.commitIndex, 7);
  assert.deepEqual(sent.at(-1), appendEntriesReply(n1, n2, 2, { match: 7 }));
});

test('entries that end inside the snapshot change nothing (5.1) [R7]', () => {
  const node = new Node({ base: { index: 5, term: 2 }, log: [2], currentTerm: 2 });
  node.step(appendEntries(n2, n1, 2, { prev: [1, 1], entries: entriesOf([1, 1], 2), commit: 3 }));
  assert.deepEqual(node.run(), [appendEntriesReply(n1, n2, 2, { match: 3 })]);
  assert.equal(node.state.commitIndex, 5);
  assert.deepEqual(node.log, [2]);
});

test("the consistency check accepts the snapshot's last entry (5.1) [R7]", () => {
  const node = new Node({ base: { index: 5, term: 2 }, currentTerm: 3 });
  node.step(appendEntries(n2, n1, 3, { prev: [5, 2], entries: entriesOf([3], 6) }));
  node.run();
  assert.deepEqual(node.log, [3]);
});

test('uncommitted writes of a leader that was cut off vanish when it rejoins (3.5) [R10]', () => {
  const cluster = clusterOf(3);
  cluster.elect(n1);
  cluster.isolate(n1);
  const old = cluster.member(n1);
  for (let write = 0; write < 20; write += 1) old.raft.propose(`lost ${write}`);
  cluster.advance(3000);
  assert.ok(cluster.leader.id !== n1);
  assert.equal(cluster.leader.raft.propose('kept'), 3);
  cluster.heal();
  cluster.advance(2000);
  for (const node of cluster.members) {
    assert.deepEqual(
      node.committed.map((entry) => entry.data),
      ['', '', 'kept'],
    );
    assert.deepEqual(node.store.state.entries.slice(0, 3), node.committed);
  }
});

test('entries reach all members, learners too (4.2.1)', () => {
  const voter = new Node({ voters: [n1, n2], learners: [n3] });
  const sent = ofType(makeLeader(voter), 'AppendEntries');
  assert.deepEqual(
    sent.map(({ to }) => to),
    [n2, n3],
  );
});

test('a leader is overloaded when its uncommitted entries reach the limit', () => {
  const uncommittedBytesMax = 10_000;
  const node = new Node({ log: [1], options: { uncommittedBytesMax } });
  makeLeader(node);
  const bytes: ByteString = 'x'.repeat(1000);
  while (!node.raft.isOverloaded) node.raft.propose(bytes);
  assert.ok(node.state.log.bytes >= uncommittedBytesMax);
  assert.ok(node.state.log.bytes < uncommittedBytesMax + 2000);
  node.run();
  node.step(appendEntriesReply(n2, n1, 2, { match: node.state.log.lastIndex }));
  assert.ok(!node.raft.isOverloaded);
  assert.equal(node.state.leadership?.uncommittedBytes, 0);
});

test('only a leader accepts a proposal (3.5)', () => {
  const node = new Node();
  assert.throws(() => node.raft.propose('x'), { code: 'LETO_ASSERTION' });
});

test('a message for another node is an assertion failure', () => {
  const node = new Node();
  assert.throws(() => node.step(appendEntries(n2, n3, 1)), { code: 'LETO_ASSERTION' });
});

test('a second leader in one term is an assertion failure (3.4)', () => {
  const node = new Node();
  node.step(appendEntries(n2, n1, 1));
  assert.throws(() => node.step(appendEntries(n3, n1, 1)), { code: 'LETO_ASSERTION' });
  const leader = new Node({ options: bare });
  makeLeader(leader);
  assert.throws(() => leader.step(appendEntries(n3, n1, 1)), { code: 'LETO_ASSERTION' });
});

test('a clock that goes back is an assertion failure', () => {
  const node = new Node();
  node.setClock(10);
  assert.throws(() => node.setClock(9), { code: 'LETO_ASSERTION' });
});

test('a follower answers a new round once, with all that it holds (3.5)', () => {
  const node = follower([1]);
  node.step(appendEntries(n2, n1, 2, { prev: [1, 1], round: 4 }));
  node.step(appendEntries(n2, n1, 2, { prev: [1, 1], round: 5 }));
  assert.deepEqual(theOnly(node.run(), 'AppendEntriesReply').round, 5);
});
