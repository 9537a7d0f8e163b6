/** A node's own snapshots: when they come into force, what stays in the log, crashes (5.1). */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Entry, entryBytes, type LogIndex, type Persist } from '../../src/raft/index.js';
import { appendEntries, appendEntriesReply, ofType } from './messages.js';
import { entriesOf, makeLeader, Node, type NodeSetup, n1, n2, n3, n4 } from './node.js';

/** Returns n1, a follower of n2 that has applied five entries. Snapshots leave no covered entry. */
function follower(options: NodeSetup['options'] = {}): Node {
  const node = new Node({ options: { trailingBytesMax: 0, ...options } });
  node.step(appendEntries(n2, n1, 1, { entries: entriesOf([1, 1, 1, 1, 1]), commit: 5 }));
  node.run();
  return node;
}

/** Returns the next write, which is in flight then. */
function nextWrite(node: Node): Persist | null {
  const { persist } = node.raft.drainReady();
  if (persist) node.store.write(persist);
  return persist;
}

function indexesOf(entries: readonly Entry[]): number[] {
  return entries.map(({ index }) => index);
}

test('a snapshot covers all that is applied (5.1) [S2]', () => {
  const node = follower();
  const { configuration } = node.state;
  assert.deepEqual(node.raft.beginSnapshot(), { index: 5, term: 1, configuration });
});

test('a snapshot comes into force with its last chunk, and the log then begins after it (5.1) [S2]', () => {
  const node = follower();
  node.raft.beginSnapshot();
  node.raft.stageChunk('first', false);
  node.run();
  assert.equal(node.state.snapshot.index, 0, 'half of a snapshot stands for nothing');
  node.raft.stageChunk('second', true);
  node.run();
  assert.equal(node.state.snapshot.index, 5);
  assert.deepEqual(node.state.log.base, node.state.snapshot);
  assert.deepEqual(node.log, []);
  assert.equal(node.store.state.snapshot.index, 5);
  assert.deepEqual(
    node.store.chunks.map(({ data }) => data),
    ['first', 'second'],
  );
  assert.deepEqual(node.events.at(-1), { type: 'snapshotTaken', index: 5 });
});

test('a snapshot is of one index, although entries continue while it is written (5.1) [S7]', () => {
  const node = follower();
  node.raft.beginSnapshot();
  node.raft.stageChunk('all up to', false);
  node.step(appendEntries(n2, n1, 1, { prev: [5, 1], entries: entriesOf([1, 1], 6), commit: 7 }));
  node.run();
  node.raft.stageChunk(' index 5', true);
  node.run();
  assert.equal(node.state.snapshot.index, 5);
  assert.equal(node.state.lastApplied, 7);
  assert.deepEqual(indexesOf(node.store.state.entries), [6, 7]);
});

test('each write carries a chunk beside the entries that wait (10.2.2) [S7]', () => {
  const node = follower();
  node.raft.beginSnapshot();
  node.raft.stageChunk('first', false);
  node.step(appendEntries(n2, n1, 1, { prev: [5, 1], entries: entriesOf([1, 1], 6) }));
  const persist = nextWrite(node);
  assert.deepEqual(indexesOf(persist?.entries ?? []), [6, 7]);
  assert.equal(persist?.snapshot?.chunk.data, 'first');
  assert.equal(persist?.snapshot?.install, null);
  assert.ok(!node.raft.wantsChunk, 'one is under way');
  node.raft.persisted();
  assert.ok(node.raft.wantsChunk);
});

test('chunks are numbered, and each carries the checksum of all so far (5)', () => {
  const node = follower();
  node.snapshot('1', '23', '456789');
  assert.deepEqual(
    node.store.chunks.map(({ number, isLast }) => [number, isLast]),
    [
      [0, false],
      [1, false],
      [2, true],
    ],
  );
  assert.equal(node.store.chunks.at(-1)?.checksum, 0xe3069283, 'that of 123456789');
});

test('the last chunk goes alone, and entries come with the next write (5)', () => {
  const node = follower();
  node.raft.beginSnapshot();
  node.raft.stageChunk('all', true);
  node.step(appendEntries(n2, n1, 1, { prev: [5, 1], entries: entriesOf([1], 6) }));
  const persist = nextWrite(node);
  assert.equal(persist?.snapshot?.install?.snapshot.index, 5);
  assert.deepEqual(persist?.entries, []);
  node.raft.persisted();
  assert.deepEqual(indexesOf(nextWrite(node)?.entries ?? []), [6]);
});

test('covered entries stay in the log as far as they fit, for slightly slow peers', () => {
  const bytes = entryBytes(entriesOf([1])[0] as Entry);
  for (const [trailingBytesMax, baseIndex] of [
    [0, 5],
    [bytes - 1, 5],
    [bytes, 4],
    [2 * bytes + 1, 3],
    [5 * bytes, 0],
    [99 * bytes, 0],
  ] as const) {
    const node = follower({ trailingBytesMax });
    node.snapshot('all');
    assert.equal(node.state.snapshot.index, 5);
    assert.equal(node.state.log.base.index, baseIndex, `${trailingBytesMax} bytes`);
    assert.equal(node.store.state.base.index, baseIndex);
    assert.equal(node.log.length, 5 - baseIndex);
  }
});

test('the log never begins earlier than it did, however much may stay behind (5.1) [S4]', () => {
  const before = follower();
  before.snapshot('all');
  const node = new Node({ base: before.state.snapshot, options: { trailingBytesMax: 1_000_000 } });
  node.step(appendEntries(n2, n1, 1, { prev: [5, 1], entries: entriesOf([1, 1], 6), commit: 7 }));
  node.run();
  node.snapshot('all again');
  assert.equal(node.state.snapshot.index, 7);
  assert.equal(node.state.log.base.index, 5);
});

test("a leader's snapshot waits for its own disk, where the commit is ahead of that (10.2.1)", () => {
  const node = new Node({ options: { trailingBytesMax: 0, persistBytesMax: 1 } });
  makeLeader(node);
  node.raft.propose('x');
  node.raft.propose('y');
  for (const peer of [n2, n3]) node.step(appendEntriesReply(peer, n1, 1, { match: 3 }));
  node.take();
  assert.equal(node.state.lastApplied, 3);
  assert.equal(node.state.durable.lastIndex, 1, 'the disk is at work on the second');
  node.raft.beginSnapshot();
  node.raft.stageChunk('all', true);
  node.sync();
  assert.equal(nextWrite(node)?.snapshot, null, 'the third entry comes first');
  node.raft.persisted();
  assert.equal(nextWrite(node)?.snapshot?.install?.snapshot.index, 3);
});

test('a snapshot holds the members as of its index, not later ones (5.1) [S3]', () => {
  const node = new Node({ options: { trailingBytesMax: 0 } });
  makeLeader(node);
  for (const peer of [n2, n3]) node.step(appendEntriesReply(peer, n1, 1, { match: 1 }));
  node.run();
  node.raft.proposeChange({ type: 'addLearner', id: n4 });
  node.run();
  assert.deepEqual(node.state.configuration.learners, [n4]);
  node.snapshot('all');
  assert.deepEqual(node.store.state.snapshot.configuration, {
    voters: [n1, n2, n3],
    learners: [],
  });
  node.step(appendEntriesReply(n2, n1, 1, { match: 2 }));
  node.run();
  node.snapshot('all again');
  assert.deepEqual(node.store.state.snapshot.configuration.learners, [n4]);
  node.restart();
  assert.deepEqual(node.state.configuration.learners, [n4], 'from the snapshot alone');
});

test('a node restarts with its snapshot applied and committed (5.1) [S6]', () => {
  const node = follower();
  node.snapshot('all');
  node.restart();
  const { commitIndex, lastApplied, snapshot, currentTerm } = node.state;
  assert.deepEqual([commitIndex, lastApplied, snapshot.index, currentTerm], [5, 5, 5, 1]);
});

for (const [what, steps] of [
  ['before the first chunk is written', 1],
  ['between two chunks', 2],
  ['while the last chunk is written', 3],
] as const) {
  test(`a crash ${what} leaves the log and the snapshot before it [S5] [S6]`, () => {
    const node = follower();
    node.snapshot('old');
    node.step(appendEntries(n2, n1, 1, { prev: [5, 1], entries: entriesOf([1, 1], 6), commit: 7 }));
    node.run();
    node.raft.beginSnapshot();
    for (let step = 1; step < steps; step += 1) {
      node.raft.stageChunk(`chunk ${step}`, false);
      node.run();
    }
    node.raft.stageChunk('the next', steps === 3);
    node.take();
    assert.ok(node.isWriting);
    node.restart();
    assert.equal(node.state.snapshot.index, 5);
    assert.deepEqual(node.store.chunks[0]?.data, 'old');
    assert.deepEqual(indexesOf(node.store.state.entries), [6, 7]);
    node.step(appendEntries(n2, n1, 1, { prev: [7, 1], commit: 7 }));
    node.run();
    node.snapshot('new');
    assert.equal(node.state.snapshot.index, 7);
    assert.deepEqual(node.store.chunks[0]?.data, 'new', 'nothing of the first attempt is left');
  });
}

test('a crash after the last chunk is written leaves the new snapshot, and no old entry [S5]', () => {
  const node = follower();
  node.raft.beginSnapshot();
  node.raft.stageChunk('all', true);
  assert.ok(nextWrite(node));
  node.restart();
  assert.equal(node.state.snapshot.index, 5);
  assert.deepEqual(node.log, []);
});

test('no snapshot begins without new entries, or while another is written [S4] [S8]', () => {
  const node = follower();
  assert.ok(node.raft.maySnapshot);
  node.raft.beginSnapshot();
  assert.ok(!node.raft.maySnapshot, 'one is under way');
  assert.throws(() => node.raft.beginSnapshot(), { code: 'LETO_ASSERTION' });
  node.raft.stageChunk('all', true);
  node.run();
  assert.ok(!node.raft.maySnapshot, 'nothing is new');
});

test('two snapshots in quick succession: the newer stays (5.1) [S4]', () => {
  const node = follower();
  node.snapshot('old');
  node.step(appendEntries(n2, n1, 1, { prev: [5, 1], entries: entriesOf([1], 6), commit: 6 }));
  node.run();
  node.snapshot('new');
  assert.equal(node.state.snapshot.index, 6);
  assert.deepEqual(
    node.store.chunks.map(({ data }) => data),
    ['new'],
  );
});

test("a new term does not end a node's own snapshot (5.1)", () => {
  const node = follower();
  node.raft.beginSnapshot();
  node.raft.stageChunk('first', false);
  node.run();
  node.step(appendEntries(n3, n1, 2, { prev: [5, 1] }));
  node.run();
  node.raft.stageChunk('second', true);
  node.run();
  assert.equal(node.state.snapshot.index, 5);
});

test('entries after a snapshot may still be truncated (3.5, 5.1)', () => {
  const node = follower();
  node.step(appendEntries(n2, n1, 1, { prev: [5, 1], entries: entriesOf([1, 1], 6), commit: 5 }));
  node.run();
  node.raft.beginSnapshot();
  node.raft.stageChunk('all', true);
  node.take();
  node.step(appendEntries(n3, n1, 2, { prev: [5, 1], entries: entriesOf([2], 6) }));
  node.sync();
  node.run();
  assert.deepEqual(node.log, [2]);
  assert.deepEqual(indexesOf(node.store.state.entries), [6]);
  assert.equal(node.state.durable.lastIndex, 6);
});

test('a node with an empty log votes by the last entry of its snapshot (3.6.1) [S2]', () => {
  const node = follower();
  node.snapshot('all');
  const { log } = node.state;
  assert.equal(log.lastTerm, 1);
  assert.equal(log.termAt(5 as LogIndex), 1, 'the base answers for the entry that is gone');
  assert.ok(!log.isCandidateUpToDate(4 as LogIndex, log.lastTerm));
  assert.ok(log.isCandidateUpToDate(5 as LogIndex, log.lastTerm));
});

test('a leader goes on counting and committing while it writes a snapshot (5.1) [S7]', () => {
  const node = new Node({ options: { trailingBytesMax: 0 } });
  makeLeader(node);
  for (const peer of [n2, n3]) node.step(appendEntriesReply(peer, n1, 1, { match: 1 }));
  node.run();
  node.raft.beginSnapshot();
  for (let chunk = 1; chunk <= 20; chunk += 1) {
    node.raft.stageChunk(`chunk ${chunk}`, chunk === 20);
    const index = node.raft.propose('x');
    const sent = node.run();
    assert.equal(ofType(sent, 'AppendEntries').filter(({ to }) => to === n2).length, 1);
    node.step(appendEntriesReply(n2, n1, 1, { match: index }));
    assert.equal(node.state.commitIndex, index);
  }
  node.run();
  assert.equal(node.state.snapshot.index, 1);
});
