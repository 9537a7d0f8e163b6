import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logShownMax } from '../../src/control/index.js';
import { toNodeReport } from '../../src/node/telemetry/node-report.js';
import { clusterWith } from '../raft/cluster.js';
import { Node, n1, n2, n3 } from '../raft/node.js';

const counts = { keys: 3, usedBytes: 400, clients: 5, sessions: 1, syncMsP99: 2 };

test('a leader reports its log, its term and the progress of its peers', () => {
  const cluster = clusterWith([{ log: [1, 1] }, { log: [1, 1] }, { log: [1] }]);
  cluster.elect(n1);
  assert.deepEqual(toNodeReport(cluster.leader.state, counts), {
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
    logTerms: [
      { from: 1, term: 1 },
      { from: 3, term: 2 },
    ],
    electionTimer: null,
    peers: [
      { id: 'n2', nextIndex: 4, matchIndex: 3, mode: 'replicate' },
      { id: 'n3', nextIndex: 4, matchIndex: 3, mode: 'replicate' },
    ],
    ...counts,
  });
});

test('a follower reports its leader and no peers', () => {
  const cluster = clusterWith([{}, {}, {}]);
  cluster.elect(n2);
  const { role, leader, votedFor, peers, termStartIndex } = toNodeReport(
    cluster.member(n1).state,
    counts,
  );
  assert.deepEqual(
    { role, leader, votedFor, peers, termStartIndex },
    { role: 'follower', leader: 'n2', votedFor: 'n2', peers: [], termStartIndex: null },
  );
});

test('a node without a vote reports the role learner', () => {
  const learner = new Node({ id: n3, voters: [n1, n2], learners: [n3] });
  const { role, voter } = toNodeReport(learner.state, counts);
  assert.deepEqual({ role, voter }, { role: 'learner', voter: false });
});

test('indexes count from the snapshot on which the log is based', () => {
  const node = new Node({ base: { index: 7, term: 2 }, log: [2, 3] });
  const { snapshotIndex, lastLogIndex, lastLogTerm } = toNodeReport(node.state, counts);
  assert.deepEqual([snapshotIndex, lastLogIndex, lastLogTerm], [7, 9, 3]);
});

test('the latest entries of the log are reported as runs of one term', () => {
  const node = new Node({ base: { index: 7, term: 2 }, log: [2, 3, 3, 4] });
  const runs = [
    { from: 8, term: 2 },
    { from: 9, term: 3 },
    { from: 11, term: 4 },
  ];
  assert.deepEqual(toNodeReport(node.state, counts).logTerms, runs);
  const long = new Node({ log: [1, 1, ...Array.from({ length: logShownMax - 1 }, () => 2)] });
  const latest = [
    { from: 2, term: 1 },
    { from: 3, term: 2 },
  ];
  assert.deepEqual(toNodeReport(long.state, counts).logTerms, latest);
  assert.deepEqual(toNodeReport(new Node({}).state, counts).logTerms, []);
});

test('a follower reports its election timeout and the time that is left', () => {
  const node = new Node({ voters: [n1, n2, n3] });
  const { electionTimeoutMs } = node.state;
  assert.ok(electionTimeoutMs >= 300 && electionTimeoutMs < 600);
  const timer = { leftMs: electionTimeoutMs, timeoutMs: electionTimeoutMs };
  assert.deepEqual(toNodeReport(node.state, counts).electionTimer, timer);
  node.raft.setClock(node.state.nowMs + 100.25);
  const later = { ...timer, leftMs: Math.round(electionTimeoutMs - 100.25) };
  assert.deepEqual(toNodeReport(node.state, counts).electionTimer, later);
  node.raft.setClock(node.state.nowMs + 10_000);
  assert.equal(toNodeReport(node.state, counts).electionTimer?.leftMs, 0);
});

test('a learner has no election timer', () => {
  const learner = new Node({ id: n3, voters: [n1, n2], learners: [n3] });
  assert.equal(toNodeReport(learner.state, counts).electionTimer, null);
});
