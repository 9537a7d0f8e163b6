import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toMessageNote } from '../../src/node/telemetry/message-note.js';
import type { Message } from '../../src/raft/index.js';
import {
  appendEntries,
  appendEntriesReply,
  installSnapshot,
  installSnapshotReply,
  preVote,
  preVoteReply,
  readIndex,
  readIndexReply,
  rejection,
  requestVote,
  requestVoteReply,
  timeoutNow,
} from '../raft/messages.js';
import { chunkOf, entriesOf, n1, n2 } from '../raft/node.js';

const snapshot = { last: [7, 2], chunk: chunkOf(['a', 'b'], 1), voters: [n1, n2] } as const;

const details: readonly (readonly [Message, string])[] = [
  [preVote(n1, n2, 3, [12, 2]), 'last 12 (term 2)'],
  [requestVote(n1, n2, 3, [12, 2]), 'last 12 (term 2)'],
  [preVoteReply(n1, n2, 3, false), 'refused'],
  [requestVoteReply(n1, n2, 3, true), 'granted'],
  [appendEntries(n1, n2, 3, { prev: [12, 2] }), 'heartbeat, prev 12 (term 2), commit 0'],
  [
    appendEntries(n1, n2, 3, { prev: [12, 2], entries: entriesOf([3], 13), commit: 11 }),
    'prev 12 (term 2), 1 entry, commit 11',
  ],
  [
    appendEntries(n1, n2, 3, { prev: [12, 2], entries: entriesOf([3, 3, 3], 13), commit: 11 }),
    'prev 12 (term 2), 3 entries, commit 11',
  ],
  [appendEntriesReply(n1, n2, 3, { match: 15 }), 'match 15'],
  [
    appendEntriesReply(n1, n2, 3, { rejection: rejection(12, { term: null, index: 4 }) }),
    'rejected: the log ends before 4',
  ],
  [
    appendEntriesReply(n1, n2, 3, { rejection: rejection(12, { term: 2, index: 9 }) }),
    'rejected: entry 12 has term 2, which starts at 9',
  ],
  [readIndex(n1, n2, 3, 99, 'round'), 'confirm by a heartbeat round'],
  [readIndex(n1, n2, 3, 99, 'lease'), 'confirm by lease'],
  [readIndexReply(n1, n2, 3, 99, 14), 'read at 14'],
  [readIndexReply(n1, n2, 3, 99, null), 'refused: not the leader'],
  [installSnapshot(n1, n2, 3, snapshot), 'last chunk 1 of the snapshot at 7'],
  [installSnapshotReply(n1, n2, 3, 7, 2), 'next is chunk 2 of the snapshot at 7'],
  [timeoutNow(n1, n2, 3), 'campaign at once'],
];

for (const [message, text] of details) {
  test(`a note of ${message.type} says "${text}"`, () => {
    const { type } = message;
    const note = { from: 'n1', to: 'n2', type, term: 3, details: text, isLost: false };
    assert.deepEqual(toMessageNote(message, false), note);
  });
}

test('a note says when its message was lost', () => {
  assert.ok(toMessageNote(timeoutNow(n1, n2, 3), true).isLost);
});
