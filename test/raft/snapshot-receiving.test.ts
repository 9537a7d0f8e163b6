/** A follower that receives a leader's snapshot (Figure 5.3), with crashes and overlaps. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InstallSnapshot, Message } from '../../src/raft/index.js';
import {
  appendEntries,
  appendEntriesReply,
  installSnapshot,
  installSnapshotReply,
  ofType,
  type Position,
  requestVote,
  theOnly,
} from './messages.js';
import { bare, chunksOf, entriesOf, Node, n1, n2, n3, n4 } from './node.js';

interface Sent {
  readonly leader?: typeof n2;
  readonly term?: number;
  readonly last?: Position;
  readonly data?: readonly string[];
}

const three = ['one,', 'two,', 'three'];
const voters = [n1, n2, n3];

/** Returns the messages that bring a whole snapshot to n1. */
function snapshotOf({ leader = n2, term = 2, last = [9, 2], data = three }: Sent = {}) {
  return chunksOf(data).map((chunk) => installSnapshot(leader, n1, term, { last, chunk, voters }));
}

/** Returns n1 in term 2, with a log that ends below the snapshot's index 9. */
function behind(log: readonly number[] = [1, 1]): Node {
  return new Node({ log, currentTerm: 2 });
}

/** Delivers the messages one by one, with a full turn after each, and returns what is sent. */
function receive(node: Node, messages: readonly Message[]): Message[] {
  return messages.flatMap((message) => {
    node.step(message);
    return node.run();
  });
}

test('a snapshot replaces log and state, chunk by chunk (Figure 5.3) [S1]', () => {
  const node = behind();
  const answers = receive(node, snapshotOf());
  assert.deepEqual(answers, [
    installSnapshotReply(n1, n2, 2, 9, 1),
    installSnapshotReply(n1, n2, 2, 9, 2),
    appendEntriesReply(n1, n2, 2, { match: 9, round: 0 }),
  ]);
  assert.deepEqual(node.restored, ['one,two,three']);
  const { commitIndex, lastApplied, snapshot, log } = node.state;
  assert.deepEqual([commitIndex, lastApplied, snapshot.index, log.base.index], [9, 9, 9, 9]);
  assert.deepEqual(node.log, []);
  assert.deepEqual(node.store.state.entries, []);
  assert.deepEqual(
    node.events.find(({ type }) => type === 'snapshotInstalled'),
    { type: 'snapshotInstalled', index: 9, leader: n2 },
  );
});

test('a snapshot of one chunk is first and last at once (Figure 5.3)', () => {
  const node = behind();
  receive(node, snapshotOf({ data: ['all'] }));
  assert.deepEqual(node.restored, ['all']);
});

test("entries after a leader's snapshot are appended to it (5.1) [S1]", () => {
  const node = behind();
  receive(node, snapshotOf());
  const entries = entriesOf([2, 2], 10);
  const sent = receive(node, [appendEntries(n2, n1, 2, { prev: [9, 2], entries, commit: 11 })]);
  assert.deepEqual(sent.at(-1), appendEntriesReply(n1, n2, 2, { match: 11 }));
  assert.deepEqual(node.committed, entries);
});

test('no chunk is answered before it is durable (Figure 3.1, 5)', () => {
  const node = behind();
  const [first, second] = snapshotOf() as [InstallSnapshot, InstallSnapshot];
  node.step(first);
  assert.deepEqual(node.take(), []);
  node.step(second);
  assert.deepEqual(node.take(), [], 'the second waits until the first is written');
  node.sync();
  assert.deepEqual(node.take(), [installSnapshotReply(n1, n2, 2, 9, 1)]);
});

test('the state is replaced when the snapshot is durable, and not before (5)', () => {
  const node = behind();
  node.step(snapshotOf({ data: ['all'] })[0] as Message);
  assert.deepEqual(node.take(), []);
  assert.equal(node.state.lastApplied, 0);
  assert.deepEqual(node.restored, []);
  node.sync();
  assert.equal(node.state.lastApplied, 9);
  assert.deepEqual(node.restored, ['all']);
});

test('a chunk that arrives twice is written once, and answered twice (5)', () => {
  const node = behind();
  const [first, second, third] = snapshotOf() as [Message, Message, Message];
  const answers = receive(node, [first, first, second, first, second, third]);
  assert.deepEqual(
    ofType(answers, 'InstallSnapshotReply').map(({ nextChunk }) => nextChunk),
    [1, 1, 2, 2, 2],
  );
  assert.deepEqual(node.restored, ['one,two,three']);
});

test('a chunk that arrives too early is refused, and the missing one requested (5)', () => {
  const node = behind();
  const [first, second, third] = snapshotOf() as [Message, Message, Message];
  const answers = receive(node, [first, third, second, third]);
  assert.deepEqual(
    ofType(answers, 'InstallSnapshotReply').map(({ nextChunk }) => nextChunk),
    [1, 1, 2],
  );
  assert.deepEqual(node.restored, ['one,two,three']);
});

test('a follower without the beginning of a snapshot requests its first chunk (5) [S6]', () => {
  const node = behind();
  assert.deepEqual(receive(node, snapshotOf().slice(1, 2)), [
    installSnapshotReply(n1, n2, 2, 9, 0),
  ]);
});

test('a deposed leader is refused, and no chunk of its snapshot is taken (Figure 5.3)', () => {
  const node = new Node({ log: [1, 1], currentTerm: 3 });
  const answers = receive(node, snapshotOf({ term: 2 }));
  for (const answer of answers) {
    assert.deepEqual(answer, appendEntriesReply(n1, n2, 3, { round: 0 }));
  }
  assert.equal(node.state.staging, null);
  assert.equal(node.state.leaderId, null);
});

test('a chunk is a sign of life: it resets the election timer, and a candidate gives up (3.4)', () => {
  const node = new Node({ options: bare });
  node.wait(599);
  node.tick();
  receive(node, snapshotOf().slice(0, 1));
  assert.equal(node.state.role, 'follower');
  assert.equal(node.state.leaderId, n2);
  assert.ok(node.state.electionDeadlineMs >= node.state.nowMs + 300);
});

test('a newer snapshot of the same leader replaces an unfinished older one (5) [S4]', () => {
  const node = behind();
  receive(node, snapshotOf().slice(0, 2));
  const newer = snapshotOf({ last: [12, 2], data: ['new,', 'all of it'] });
  receive(node, newer);
  assert.deepEqual(node.restored, ['new,all of it']);
  assert.equal(node.store.state.snapshot.index, 12);
  assert.equal(node.store.chunks.length, 2);
});

test('chunks of two leaders are never mixed, even when the index is the same (5)', () => {
  const node = behind();
  receive(node, snapshotOf().slice(0, 2));
  const other = snapshotOf({ leader: n3, term: 3, data: ['other ', 'bytes ', 'same state'] });
  assert.deepEqual(receive(node, other.slice(2)), [installSnapshotReply(n1, n3, 3, 9, 0)]);
  receive(node, other);
  assert.deepEqual(node.restored, ['other bytes same state']);
});

test('the same leader, elected again, starts again: its snapshot may be another (5)', () => {
  const node = behind();
  receive(node, snapshotOf().slice(0, 2));
  const again = snapshotOf({ term: 4, data: ['second ', 'life'] });
  assert.deepEqual(receive(node, again.slice(1)), [installSnapshotReply(n1, n2, 4, 9, 0)]);
  receive(node, again);
  assert.deepEqual(node.restored, ['second life']);
});

test('a log that has the last entry of the snapshot is kept, and no byte is written (5.1) [S2]', () => {
  const node = new Node({ log: [1, 1, 2, 2], currentTerm: 2 });
  const answers = receive(node, snapshotOf({ last: [3, 2] }).slice(0, 1));
  assert.deepEqual(answers, [appendEntriesReply(n1, n2, 2, { match: 3, round: 0 })]);
  assert.deepEqual(node.log, [1, 1, 2, 2]);
  assert.equal(node.state.commitIndex, 3, 'what a snapshot holds is committed');
  assert.equal(node.committed.length, 3);
  assert.equal(node.store.state.snapshot.index, 0);
});

test("a log with another entry at the snapshot's index is discarded entirely (5.1) [S2]", () => {
  const node = new Node({ log: [1, 1, 1, 1, 1, 1], currentTerm: 2 });
  receive(node, snapshotOf({ last: [4, 2] }));
  assert.deepEqual(node.log, []);
  assert.equal(node.state.log.lastIndex, 4);
  assert.deepEqual(node.store.state.entries, []);
});

test('a snapshot of entries that are committed here already changes nothing (5.1) [S4]', () => {
  const node = new Node({ base: { index: 9, term: 2 }, log: [2, 2], currentTerm: 2 });
  for (const last of [[9, 2] as const, [5, 1] as const]) {
    const answers = receive(node, snapshotOf({ last }).slice(0, 1));
    const { matchIndex } = theOnly(answers, 'AppendEntriesReply');
    assert.equal(matchIndex, 9, 'its matchIndex never falls');
    assert.equal(node.store.state.snapshot.index, 9);
    assert.deepEqual(node.log, [2, 2]);
  }
});

test('an incoming snapshot is given up when the log overtakes it (5.1) [S4]', () => {
  const node = behind([]);
  receive(node, snapshotOf().slice(0, 2));
  const entries = entriesOf(Array(10).fill(2));
  receive(node, [appendEntries(n2, n1, 2, { entries, commit: 10 })]);
  const answers = receive(node, snapshotOf().slice(2));
  assert.equal(theOnly(answers, 'AppendEntriesReply').matchIndex, 10);
  assert.equal(node.state.staging, null);
  assert.equal(node.store.state.snapshot.index, 0);
  assert.equal(node.committed.length, 10);
  assert.deepEqual(node.restored, []);
});

test('an overtaken snapshot is given up even if its last chunk waits to be written (5.1) [S4]', () => {
  const node = behind([]);
  receive(node, snapshotOf().slice(0, 2));
  const entries = entriesOf(Array(10).fill(2));
  node.step(...snapshotOf().slice(2), appendEntries(n2, n1, 2, { entries, commit: 10 }));
  node.run();
  assert.equal(node.store.state.snapshot.index, 0);
  assert.equal(node.committed.length, 10);
  assert.deepEqual(node.restored, []);
});

test('entries that arrive while the last chunk is written stay after it (5.1) [S2]', () => {
  const node = behind([]);
  receive(node, snapshotOf().slice(0, 2));
  node.step(...snapshotOf().slice(2));
  node.take();
  const entries = entriesOf(Array(11).fill(2));
  node.step(appendEntries(n2, n1, 2, { entries, commit: 9 }));
  node.sync();
  const sent = node.run();
  assert.equal(node.state.snapshot.index, 9);
  assert.deepEqual(node.log, [2, 2]);
  assert.equal(ofType(sent, 'AppendEntriesReply').at(-1)?.matchIndex, 11);
  assert.deepEqual(
    node.store.state.entries.map(({ index }) => index),
    [10, 11],
  );
});

test('entries after an installed snapshot are not acknowledged until rewritten (3.8) [S5]', () => {
  const node = behind([]);
  receive(node, snapshotOf().slice(0, 2));
  node.step(...snapshotOf().slice(2));
  node.take();
  const entries = entriesOf(Array(11).fill(2));
  node.step(appendEntries(n2, n1, 2, { entries, commit: 9 }));
  node.sync();
  for (const { matchIndex } of ofType(node.take(), 'AppendEntriesReply')) {
    assert.equal(matchIndex, 9);
  }
});

test('the configuration becomes that of the snapshot (5.1) [S3]', () => {
  const node = behind();
  const chunk = chunksOf(['all'])[0] as InstallSnapshot['chunk'];
  const fields = { last: [9, 2] as const, chunk, voters: [n1, n2], learners: [n4] };
  receive(node, [installSnapshot(n2, n1, 2, fields)]);
  const expected = { voters: [n1, n2], learners: [n4] };
  assert.deepEqual(node.state.configuration, expected);
  assert.deepEqual(
    node.events.find(({ type }) => type === 'configurationChanged'),
    { type: 'configurationChanged', index: 9, ...expected },
  );
  node.restart();
  assert.deepEqual(node.state.configuration, expected);
});

test('a snapshot with the same members reports no change of the configuration (4.1)', () => {
  const node = behind();
  receive(node, snapshotOf());
  assert.ok(node.events.every(({ type }) => type !== 'configurationChanged'));
});

test('a chunk with a wrong checksum stops the node', () => {
  const node = behind();
  const [first] = snapshotOf() as [InstallSnapshot];
  const chunk = { ...first.chunk, data: 'ONE,' };
  assert.throws(() => node.step({ ...first, chunk }), {
    code: 'LETO_ASSERTION',
    message: /a snapshot chunk has a wrong checksum/,
  });
});

for (const written of [0, 1, 2]) {
  test(`a crash after ${written} of three chunks are written: the snapshot starts again [S1] [S6]`, () => {
    const node = behind();
    receive(node, snapshotOf().slice(0, written));
    node.step(snapshotOf()[written] as Message);
    node.take();
    node.restart();
    assert.deepEqual(node.log, [1, 1]);
    assert.equal(node.state.lastApplied, 0);
    assert.equal(node.store.state.snapshot.index, 0);
    if (written > 0) {
      const answers = receive(node, snapshotOf().slice(written));
      assert.equal(ofType(answers, 'InstallSnapshotReply')[0]?.nextChunk, 0);
    }
    receive(node, snapshotOf());
    assert.deepEqual(node.restored, ['one,two,three']);
  });
}

test('a crash after the last chunk is written: the node restarts with the snapshot [S1] [S5]', () => {
  const node = behind();
  receive(node, snapshotOf().slice(0, 2));
  node.step(...snapshotOf().slice(2));
  const { persist } = node.raft.drainReady();
  assert.ok(persist);
  node.store.write(persist);
  node.restart();
  const { commitIndex, lastApplied, log } = node.state;
  assert.deepEqual([commitIndex, lastApplied, log.lastIndex], [9, 9, 9]);
  const answers = receive(node, snapshotOf().slice(2));
  assert.equal(theOnly(answers, 'AppendEntriesReply').matchIndex, 9);
});

/** A follower of n2 that has begun a snapshot of its own at index 2, of which a chunk is staged. */
function takingOwnSnapshot(chunk: string, isLast: boolean): Node {
  const node = behind([]);
  receive(node, [appendEntries(n2, n1, 2, { entries: entriesOf([2, 2]), commit: 2 })]);
  node.raft.beginSnapshot();
  node.raft.stageChunk(chunk, isLast);
  return node;
}

test("a node's own unfinished snapshot gives way to that of a leader (5) [S4]", () => {
  const node = takingOwnSnapshot('own,', false);
  node.run();
  receive(node, snapshotOf());
  assert.equal(node.state.snapshot.index, 9);
  assert.deepEqual(node.restored, ['one,two,three']);
  assert.equal(node.store.chunks.length, 3);
});

test("a node's own snapshot whose last chunk is being written comes first (5) [S4]", () => {
  const node = takingOwnSnapshot('own', true);
  node.take();
  node.step(snapshotOf()[0] as Message);
  node.sync();
  node.run();
  assert.equal(node.state.snapshot.index, 2);
  receive(node, snapshotOf());
  assert.equal(node.state.snapshot.index, 9);
});

test("a chunk of the node's own snapshot does not count for a leader's snapshot (5)", () => {
  const node = takingOwnSnapshot('own,', false);
  node.take();
  node.step(snapshotOf()[0] as Message);
  node.sync();
  const sent = node.run();
  assert.deepEqual(
    ofType(sent, 'InstallSnapshotReply').map(({ nextChunk }) => nextChunk),
    [1],
  );
  receive(node, snapshotOf().slice(1));
  assert.deepEqual(node.restored, ['one,two,three']);
});

test('a last chunk that is being written counts, even if its leader is deposed meanwhile [S1]', () => {
  const node = behind();
  receive(node, snapshotOf().slice(0, 2));
  node.step(...snapshotOf().slice(2));
  node.take();
  node.step(requestVote(n3, n1, 3, [20, 2], { isTransfer: true }));
  assert.equal(node.state.currentTerm, 3);
  node.sync();
  node.run();
  assert.equal(node.state.snapshot.index, 9);
  assert.deepEqual(node.restored, ['one,two,three']);
  assert.equal(node.state.votedFor, n3);
});

test('an unfinished snapshot of a deposed leader is dropped [S1]', () => {
  const node = behind();
  receive(node, snapshotOf().slice(0, 2));
  receive(node, [appendEntries(n3, n1, 3, { prev: [2, 1] })]);
  assert.equal(node.state.staging, null);
  receive(node, snapshotOf({ leader: n3, term: 3, data: ['another'] }));
  assert.deepEqual(node.restored, ['another']);
});
