/** The order contract of ready.ts: nothing leaves before the state it depends on is durable (3.8). */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Raft } from '../../src/raft/index.js';
import {
  appendEntries,
  appendEntriesReply,
  ofType,
  requestVote,
  requestVoteReply,
} from './messages.js';
import { bare, entriesOf, makeLeader, Node, n1, n2, n3 } from './node.js';

test('no vote leaves before it is durable (3.8)', () => {
  const node = new Node({ options: bare });
  node.step(requestVote(n2, n1, 1, [0, 0]));
  assert.deepEqual(node.take(), []);
  assert.equal(node.store.state.hardState.votedFor, null);
  node.sync();
  assert.deepEqual(node.take(), [requestVoteReply(n1, n2, 1, true)]);
});

test('no vote leaves before it is durable, even in a term that is durable already (3.8)', () => {
  const node = new Node({ currentTerm: 1 });
  node.wait(300);
  node.step(requestVote(n2, n1, 1, [0, 0]));
  assert.deepEqual(node.take(), []);
  node.sync();
  assert.deepEqual(node.take(), [requestVoteReply(n1, n2, 1, true)]);
});

test('a candidate asks for votes only when its own is durable (3.8)', () => {
  const node = new Node({ options: bare });
  node.wait(600);
  assert.deepEqual(node.take(), []);
  node.sync();
  assert.deepEqual(node.store.state.hardState, { currentTerm: 1, votedFor: n1 });
  assert.equal(ofType(node.take(), 'RequestVote').length, 2);
});

test("a candidate's own vote counts only when it is durable (3.8)", () => {
  const node = new Node({ options: bare });
  node.wait(600);
  node.take();
  node.step(requestVoteReply(n2, n1, 1, true));
  assert.equal(node.state.role, 'candidate');
  node.sync();
  assert.equal(node.state.role, 'leader');
});

test('an append is answered with what is durable, and no more (Figure 3.1)', () => {
  const node = new Node({ log: [1] });
  node.step(appendEntries(n2, n1, 1, { prev: [1, 1], entries: entriesOf([1, 1], 2) }));
  assert.deepEqual(node.take(), [appendEntriesReply(n1, n2, 1, { match: 1 })]);
  assert.deepEqual(node.take(), []);
  node.sync();
  assert.deepEqual(node.take(), [appendEntriesReply(n1, n2, 1, { match: 3 })]);
});

test('an append in a new term is not answered before the term is durable (3.8)', () => {
  const node = new Node({ log: [1] });
  node.step(appendEntries(n2, n1, 2, { prev: [1, 1], entries: entriesOf([2], 2) }));
  assert.deepEqual(node.take(), []);
  node.sync();
  assert.equal(node.store.state.hardState.currentTerm, 2);
  assert.equal(ofType(node.take(), 'AppendEntriesReply').at(-1)?.matchIndex, 2);
});

test('term, vote and entries are one atomic write (3.8)', () => {
  const node = new Node({ log: [1] });
  node.step(appendEntries(n2, n1, 2, { prev: [1, 1], entries: entriesOf([2], 2) }));
  const { persist } = node.raft.drainReady();
  assert.deepEqual(persist, {
    hardState: { currentTerm: 2, votedFor: null },
    entries: entriesOf([2], 2),
    snapshot: null,
  });
});

test('one write is in flight at a time, and what gathers meanwhile is the next (10.2.2)', () => {
  const node = new Node();
  makeLeader(node);
  node.raft.propose('a');
  assert.equal(node.raft.drainReady().persist?.entries.length, 1);
  for (const data of ['b', 'c', 'd']) {
    node.raft.propose(data);
    assert.equal(node.raft.drainReady().persist, null);
  }
  node.raft.persisted();
  const { persist } = node.raft.drainReady();
  assert.deepEqual(
    persist?.entries.map((entry) => entry.data),
    ['b', 'c', 'd'],
  );
  assert.equal(persist?.hardState, null, 'it has not changed');
});

test('a large backlog is written in pieces, and acknowledged piece by piece', () => {
  const node = new Node({ options: { persistBytesMax: 100 } });
  node.step(appendEntries(n2, n1, 1, { entries: entriesOf(Array(10).fill(1)) }));
  const acknowledged = ofType(node.run(), 'AppendEntriesReply').map((reply) => reply.matchIndex);
  assert.deepEqual(acknowledged, [0, 2, 4, 6, 8, 10]);
});

test('messages of an older term do not leave (3.3)', () => {
  const node = new Node({ options: bare });
  node.step(requestVote(n2, n1, 1, [0, 0]));
  node.take();
  node.step(requestVote(n3, n1, 2, [0, 0]));
  node.sync();
  assert.deepEqual(node.take(), [], 'the vote of term 1 is void, that of term 2 not durable');
  node.sync();
  assert.deepEqual(node.take(), [requestVoteReply(n1, n3, 2, true)]);
});

test('what is truncated while it is written does not count as durable (3.5)', () => {
  const node = new Node({ log: [1] });
  node.step(appendEntries(n2, n1, 1, { prev: [1, 1], entries: entriesOf([1, 1], 2) }));
  node.take();
  node.step(appendEntries(n3, n1, 2, { prev: [1, 1], entries: entriesOf([2], 2) }));
  node.sync();
  assert.equal(node.state.durable.lastIndex, 1);
  node.take();
  node.sync();
  assert.equal(ofType(node.take(), 'AppendEntriesReply').at(-1)?.matchIndex, 2);
  assert.deepEqual(
    node.store.state.entries.map((entry) => entry.term),
    [1, 2],
  );
});

test('an entry that is replaced and comes back counts from its own write on (ABA) [R6]', () => {
  const node = new Node({ log: [1] });
  const lost = appendEntries(n2, n1, 1, { prev: [1, 1], entries: entriesOf([1], 2) });
  node.step(lost);
  node.take();
  node.step(appendEntries(n3, n1, 2, { prev: [1, 1], entries: entriesOf([2], 2) }));
  node.step(appendEntries(n2, n1, 3, { prev: [1, 1], entries: entriesOf([1], 2) }));
  assert.deepEqual(node.log, [1, 1]);
  node.sync();
  for (const reply of ofType(node.take(), 'AppendEntriesReply')) assert.ok(reply.matchIndex <= 1);
  node.sync();
  assert.equal(ofType(node.take(), 'AppendEntriesReply').at(-1)?.matchIndex, 2);
});

test('a crash during a write leaves what was durable before (3.8)', () => {
  const node = new Node({ log: [1, 1] });
  node.step(appendEntries(n2, n1, 3, { prev: [1, 1], entries: entriesOf([3], 2) }));
  node.take();
  node.restart();
  assert.deepEqual(node.log, [1, 1]);
  assert.equal(node.state.currentTerm, 1);
});

test('a node restarts with its term, its vote and its log, as a follower (3.8)', () => {
  const node = new Node({ options: bare });
  makeLeader(node);
  node.raft.propose('x');
  node.run();
  node.restart();
  assert.equal(node.state.role, 'follower');
  assert.equal(node.state.currentTerm, 1);
  assert.equal(node.state.votedFor, n1);
  assert.deepEqual(node.log, [1, 1]);
  assert.equal(node.state.commitIndex, 0, 'commitIndex is volatile (Figure 3.1)');
  assert.deepEqual(node.run(), []);
});

test('a log with a gap, or with falling terms, is refused at the start (3.5)', () => {
  const first = entriesOf([2, 2]);
  const gap = [...first, ...entriesOf([2], 4)];
  const falling = [...first, ...entriesOf([1], 3)];
  for (const entries of [gap, falling]) {
    const { options, store } = new Node({ currentTerm: 2 });
    assert.throws(() => new Raft(options, { ...store.state, entries }, 0), {
      code: 'LETO_ASSERTION',
    });
  }
});

test('messages that wait for the disk are bounded', () => {
  const node = new Node({ options: { ...bare, outboxMessagesMax: 5 } });
  for (let ask = 0; ask < 20; ask += 1) node.step(requestVote(n2, n1, 1, [0, 0]));
  node.take();
  assert.equal(node.state.outbox.length, 5);
  node.sync();
  assert.equal(node.take().length, 5);
});

test('a write that is confirmed without being asked for is an assertion failure', () => {
  const node = new Node();
  assert.throws(() => node.raft.persisted(), { code: 'LETO_ASSERTION' });
});
