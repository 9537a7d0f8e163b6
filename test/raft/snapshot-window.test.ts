/** The window of chunks that a leader sends, and how long it keeps the snapshot for a peer. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appendEntriesReply, installSnapshotReply, ofType } from './messages.js';
import { n1, n2, n3 } from './node.js';
import { leader, many, numbersOf, progressOf } from './snapshot-leader.js';

test('the first chunk goes alone, and each acknowledged one opens the window by one (5)', () => {
  const node = leader({ chunks: many });
  assert.deepEqual(numbersOf(node.run()), [0]);
  assert.deepEqual(numbersOf(node.run()), []);
  node.step(installSnapshotReply(n2, n1, 2, 9, 1));
  assert.deepEqual(numbersOf(node.run()), [1, 2]);
  node.step(installSnapshotReply(n2, n1, 2, 9, 2));
  assert.deepEqual(numbersOf(node.run()), [3, 4]);
  node.step(installSnapshotReply(n2, n1, 2, 9, 5));
  assert.deepEqual(numbersOf(node.run()), [5, 6, 7, 8, 9, 10]);
});

test('the window has a limit, and ends with the last chunk (5)', () => {
  const node = leader({ chunks: many, options: { snapshotChunksInflightMax: 4 } });
  node.run();
  for (const next of [1, 3]) {
    node.step(installSnapshotReply(n2, n1, 2, 9, next));
    node.run();
  }
  assert.deepEqual(progressOf(node).sending?.nextChunk, 7);
  node.step(installSnapshotReply(n2, n1, 2, 9, 7));
  assert.deepEqual(numbersOf(node.run()), [7, 8, 9, 10]);
  node.step(installSnapshotReply(n2, n1, 2, 9, 11));
  assert.deepEqual(numbersOf(node.run()), [11]);
  node.step(installSnapshotReply(n2, n1, 2, 9, 12));
  assert.deepEqual(numbersOf(node.run()), []);
});

test('one chunk is read from the disk at a time for each peer', () => {
  const node = leader({ chunks: many });
  node.run();
  node.step(installSnapshotReply(n2, n1, 2, 9, 1));
  node.take();
  assert.deepEqual(
    node.chunkRequests.map(({ number }) => number),
    [1],
  );
  node.readChunks();
  node.take();
  assert.deepEqual(
    node.chunkRequests.map(({ number }) => number),
    [2],
  );
});

test('all chunks in flight are sent again after a silence, the first of them alone (5)', () => {
  const node = leader({ chunks: many });
  node.run();
  node.step(installSnapshotReply(n2, n1, 2, 9, 1));
  node.run();
  node.step(installSnapshotReply(n2, n1, 2, 9, 3));
  assert.deepEqual(numbersOf(node.run()), [3, 4, 5, 6]);
  node.wait(300);
  assert.deepEqual(numbersOf(node.run()), [3]);
  node.step(installSnapshotReply(n2, n1, 2, 9, 4));
  assert.deepEqual(numbersOf(node.run()), [4, 5]);
});

test('late and doubled replies change nothing (5)', () => {
  const node = leader({ chunks: many });
  node.run();
  for (const next of [1, 2, 5]) {
    node.step(installSnapshotReply(n2, n1, 2, 9, next));
    node.run();
  }
  const before = progressOf(node).sending?.nextChunk;
  node.step(installSnapshotReply(n2, n1, 2, 9, 1), installSnapshotReply(n2, n1, 2, 9, 2));
  assert.deepEqual(numbersOf(node.run()), []);
  assert.equal(progressOf(node).sending?.nextChunk, before);
});

test('a reply that repeats the last one tells of a gap, which is filled once (5)', () => {
  const node = leader({ chunks: many });
  node.run();
  node.step(installSnapshotReply(n2, n1, 2, 9, 1));
  node.run();
  node.step(installSnapshotReply(n2, n1, 2, 9, 3));
  assert.deepEqual(numbersOf(node.run()), [3, 4, 5, 6]);
  const repeated = installSnapshotReply(n2, n1, 2, 9, 3);
  node.step(repeated);
  assert.deepEqual(numbersOf(node.run()), [3, 4]);
  node.step(repeated, repeated);
  assert.deepEqual(numbersOf(node.run()), []);
});

test('acknowledged chunks are contact: they keep the leader in office (6.2) [E10]', () => {
  const node = leader({ chunks: many });
  node.run();
  for (let next = 1; next <= many.length; next += 1) {
    node.wait(200);
    node.step(installSnapshotReply(n2, n1, 2, 9, next));
    node.run();
  }
  assert.equal(node.state.role, 'leader');
});

test('a newer snapshot waits while a peer gets on with the one in force (5) [S4]', () => {
  const node = leader({ chunks: many, options: { trailingBytesMax: 0 } });
  node.run();
  for (let next = 1; next < many.length; next += 1) {
    node.step(installSnapshotReply(n2, n1, 2, 9, next));
    node.run();
    if (next === 1) node.snapshot('newer');
    node.wait(250);
    assert.equal(node.state.snapshot.index, 9);
  }
  node.step(appendEntriesReply(n2, n1, 2, { match: 9 }));
  const [message] = ofType(node.run(), 'AppendEntries').filter(({ to }) => to === n2);
  assert.deepEqual(
    message?.entries.map(({ index }) => index),
    [10, 11],
    'the log behind the snapshot was kept',
  );
  assert.equal(node.state.snapshot.index, 11);
});

test('a newer snapshot does not wait for a peer that gets on no more (5) [S4]', () => {
  const node = leader({ chunks: many, options: { trailingBytesMax: 0, checkQuorum: false } });
  node.run();
  node.step(installSnapshotReply(n2, n1, 2, 9, 1));
  node.run();
  node.snapshot('newer');
  node.wait(1190);
  node.run();
  assert.equal(node.state.snapshot.index, 9);
  node.wait(10);
  node.run();
  assert.equal(node.state.snapshot.index, 11);
});

test('a newer snapshot does not wait when the log fills up (5) [S4]', () => {
  const options = { trailingBytesMax: 0, logBytesMax: 10_000 };
  const node = leader({ chunks: many, options });
  node.run();
  node.step(installSnapshotReply(n2, n1, 2, 9, 1));
  node.run();
  node.snapshot('newer');
  assert.equal(node.state.snapshot.index, 9);
  node.raft.propose('x'.repeat(5000));
  node.run();
  assert.equal(node.state.snapshot.index, 11);
  assert.equal(node.raft.isOverloaded, false);
});

test('a leader that is deposed meanwhile puts its newer snapshot into force (5) [S4]', () => {
  const node = leader({ chunks: many, options: { trailingBytesMax: 0 } });
  node.run();
  node.step(installSnapshotReply(n2, n1, 2, 9, 1));
  node.run();
  node.snapshot('newer');
  assert.equal(node.state.snapshot.index, 9);
  node.step(appendEntriesReply(n3, n1, 3, { round: 0 }));
  node.run();
  assert.equal(node.state.snapshot.index, 11);
});
