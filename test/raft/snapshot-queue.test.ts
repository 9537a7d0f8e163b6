/** The chunks of a leader's snapshot that wait at a follower while an earlier one is written. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InstallSnapshot, Message, RaftOptions } from '../../src/raft/index.js';
import { appendEntries, installSnapshot, ofType } from './messages.js';
import { chunksOf, entriesOf, Node, n1, n2, n3 } from './node.js';

/** Returns the messages by which n2 brings a snapshot up to index 9 to n1. */
function snapshotOf(...data: string[]): InstallSnapshot[] {
  const fields = { last: [9, 2] as const, voters: [n1, n2, n3] };
  return chunksOf(data).map((chunk) => installSnapshot(n2, n1, 2, { ...fields, chunk }));
}

/** Returns n1 in term 2, with a log that ends below index 9. */
function behind(options: Partial<RaftOptions> = {}): Node {
  return new Node({ log: [1, 1], currentTerm: 2, options });
}

test('chunks that arrive while one is written wait, and are written one after the other (5)', () => {
  const node = behind();
  node.step(...snapshotOf('one,', 'two,', 'three'));
  const answers: Message[] = [];
  for (let write = 0; write < 3; write += 1) {
    answers.push(...node.take());
    assert.equal(node.isWriting, true);
    assert.deepEqual(node.restored, []);
    node.sync();
  }
  answers.push(...node.run());
  assert.deepEqual(
    ofType(answers, 'InstallSnapshotReply').map(({ nextChunk }) => nextChunk),
    [1, 2],
  );
  assert.deepEqual(node.restored, ['one,two,three']);
});

test('a write without a chunk does not count as one (5)', () => {
  const node = behind();
  const [first, second] = snapshotOf('one,', 'two,', 'three') as [InstallSnapshot, InstallSnapshot];
  node.step(first);
  node.run();
  node.step(appendEntries(n2, n1, 2, { prev: [2, 1], entries: entriesOf([2], 3) }));
  node.take();
  assert.equal(node.isWriting, true);
  node.step(second);
  assert.equal(node.state.staging?.waiting.length, 1);
  node.sync();
  node.step(...snapshotOf('one,', 'two,', 'three').slice(2));
  node.run();
  assert.deepEqual(node.restored, ['one,two,three']);
});

test('a bounded number of chunks waits, and the leader sends the others again (5)', () => {
  const data = ['a', 'b', 'c', 'd', 'e'];
  const node = behind({ snapshotChunksInflightMax: 2 });
  node.step(...snapshotOf(...data));
  assert.equal(node.state.staging?.waiting.length, 2);
  node.run();
  assert.equal(node.state.staging?.writtenChunks, 2);
  for (const message of snapshotOf(...data).slice(2)) {
    node.step(message);
    node.run();
  }
  assert.deepEqual(node.restored, ['abcde']);
});
