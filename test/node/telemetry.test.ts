import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toReport } from '../../src/node/telemetry.js';
import { clusterWith } from '../raft/cluster.js';
import { Node, n1, n2, n3 } from '../raft/node.js';

const counts = { keys: 3, usedBytes: 400, clients: 5, sessions: 1, syncMsP99: 2 };

test('a leader reports its log, its term and what it knows of the others', () => {
  const cluster = clusterWith([{ log: [1, 1] }, { log: [1, 1] }, { log: [1] }]);
  cluster.elect(n1);
  assert.deepEqual(toReport(cluster.leader.state, counts), {
    role: 'leader',
    term: 2,
    votedFor: 'n1',
    leader: 'n1',
    lastLogIndex: 3,
    lastLogTerm: 2,
    commitIndex: 3,
    lastApplied: 3,
    snapshotIndex: 0,
    voter: true,
    voters: ['n1', 'n2', 'n3'],
    learners: [],
    termStartIndex: 3,
    firstLogIndex: 1,
    logTerms: [],
    electionTimer: null,
    peers: [
      { id: 'n2', nextIndex: 4, matchIndex: 3, mode: 'replicate' },
      { id: 'n3', nextIndex: 4, matchIndex: 3, mode: 'replicate' },
    ],
    ...counts,
  });
});

test('a follower reports whom it follows, and no peers', () => {
  const cluster = clusterWith([{}, {}, {}]);
  cluster.elect(n2);
  const { role, leader, votedFor, peers, termStartIndex } = toReport(
    cluster.member(n1).state,
    counts,
  );
  assert.deepEqual(
    { role, leader, votedFor, peers, termStartIndex },
    { role: 'follower', leader: 'n2', votedFor: 'n2', peers: [], termStartIndex: null },
  );
});

test('one that has no vote is a learner', () => {
  const learner = new Node({ id: n3, voters: [n1, n2], learners: [n3] });
  const { role, voter } = toReport(learner.state, counts);
  assert.deepEqual({ role, voter }, { role: 'learner', voter: false });
});

test('a snapshot is where the log begins', () => {
  const node = new Node({ base: { index: 7, term: 2 }, log: [2, 3] });
  const { snapshotIndex, lastLogIndex, lastLogTerm } = toReport(node.state, counts);
  assert.deepEqual([snapshotIndex, lastLogIndex, lastLogTerm], [7, 9, 3]);
});
