/** Tests of the comparison of the positions of nodes in the log. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareRaftStatuses, type RaftStatus } from '../../src/check/compare-raft-statuses.js';

function raftStatus(node: string, change: Partial<RaftStatus> = {}): RaftStatus {
  return {
    node,
    term: 2,
    lastLogIndex: 9,
    lastLogTerm: 2,
    commitIndex: 9,
    lastApplied: 9,
    snapshotIndex: 0,
    voters: ['n1', 'n2'],
    ...change,
  };
}

test('nodes in the same state have no differences, wherever their snapshots end', () => {
  const other = raftStatus('n2', { snapshotIndex: 5, voters: ['n2', 'n1'] });
  assert.deepEqual(compareRaftStatuses([raftStatus('n1'), other]), []);
});

const differing: readonly (readonly [Partial<RaftStatus>, expected: readonly string[]])[] = [
  [{ term: 3 }, ['n2: term is 3; on n1 it is 2']],
  [{ lastLogTerm: 1 }, ['n2: lastLogTerm is 1; on n1 it is 2']],
  [{ voters: ['n1', 'n2', 'n3'] }, ['n2: voters is n1, n2, n3; on n1 it is n1, n2']],
  [{ lastApplied: 8 }, ['n2: only 8 of 9 committed entries are applied']],
  [
    { commitIndex: 8, lastApplied: 8 },
    ['n2: only 8 of 9 entries are committed', 'n2: commitIndex is 8; on n1 it is 9'],
  ],
  [
    { lastLogIndex: 10 },
    ['n2: only 9 of 10 entries are committed', 'n2: lastLogIndex is 10; on n1 it is 9'],
  ],
];

for (const [change, expected] of differing) {
  test(`a node with ${JSON.stringify(change)} differs`, () => {
    assert.deepEqual(compareRaftStatuses([raftStatus('n1'), raftStatus('n2', change)]), expected);
  });
}

test('entries that no node has committed are reported, even if all nodes agree', () => {
  const behind = { commitIndex: 8, lastApplied: 8 };
  assert.deepEqual(compareRaftStatuses([raftStatus('n1', behind), raftStatus('n2', behind)]), [
    'n1: only 8 of 9 entries are committed',
    'n2: only 8 of 9 entries are committed',
  ]);
});
