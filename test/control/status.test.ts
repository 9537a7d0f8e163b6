import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultyLinksAfter, type NodeState, toStatus } from '../../src/control/index.js';
import { clusterView, leaderReport, nodeView } from './fixtures.js';

const nowMs = 6120;

/** The document must match section 4 of the outer contract exactly. */
test('status has the fields of the contract, in its order', () => {
  const n2 = nodeView('n2', { raftPort: 15380, httpPort: 8080 });
  const follower = {
    ...{ role: 'follower', term: 2, votedFor: 'n1', leader: 'n1' },
    ...{ lastLogIndex: 9, lastLogTerm: 2, commitIndex: 9, lastApplied: 9, snapshotIndex: 0 },
  };
  const peers = [
    { id: 'n2', nextIndex: 10, matchIndex: 9, mode: 'replicate' },
    { id: 'n3', nextIndex: 10, matchIndex: 9, mode: 'replicate' },
  ];
  const expected = {
    ...{ cluster: 'default', ready: true, leader: 'n1', term: 2, speed: 1 },
    nodes: [
      {
        ...{ id: 'n1', state: 'running', ...follower, role: 'leader' },
        ...{ respPort: 5379, raftPort: null, httpPort: null },
        ...{ voter: true, uptimeMs: 5120, dataDir: '/data/n1', peers },
      },
      {
        ...{ id: 'n2', state: 'running', ...follower },
        ...{ respPort: 5380, raftPort: 15380, httpPort: 8080 },
        ...{ voter: true, uptimeMs: 5120, dataDir: '/data/n2', peers: [] },
      },
      {
        ...{ id: 'n3', state: 'running', ...follower },
        ...{ respPort: 5381, raftPort: null, httpPort: null },
        ...{ voter: true, uptimeMs: 5120, dataDir: '/data/n3', peers: [] },
      },
    ],
    links: [],
  };
  assert.equal(JSON.stringify(toStatus(clusterView(n2), nowMs)), JSON.stringify(expected));
});

function statusOf(state: NodeState, change = {}) {
  const n1 = nodeView('n1', { state, report: leaderReport(), ...change });
  const { nodes, leader, ready } = toStatus(clusterView(n1), nowMs);
  const [node] = nodes;
  assert.ok(node);
  return { node, leader, ready };
}

test('a dead node has no role, leader, peers or uptime, and shows its last known log', () => {
  const { node, leader, ready } = statusOf('dead', { startedAtMs: null });
  const { role, leader: its, peers, uptimeMs, lastLogIndex, term, respPort } = node;
  assert.deepEqual(
    { role, its, peers, uptimeMs, lastLogIndex, term, respPort },
    { role: null, its: null, peers: [], uptimeMs: 0, lastLogIndex: 9, term: 2, respPort: 5379 },
  );
  assert.equal(leader, null);
  assert.equal(ready, false);
  assert.ok(!('error' in node));
});

test('a paused node shows its last report, and is not the leader', () => {
  const { node, leader, ready } = statusOf('paused');
  const { role, leader: its, peers, uptimeMs, lastLogIndex } = node;
  assert.deepEqual(
    { role, its, peers: peers.length, uptimeMs, lastLogIndex },
    { role: 'leader', its: 'n1', peers: 2, uptimeMs: 5120, lastLogIndex: 9 },
  );
  assert.equal(leader, null);
  assert.equal(ready, false);
});

test('status lists the faulty links, with their fields in the order of the contract', () => {
  const intent = { type: 'link', from: 'n1', to: 'n2', oneWay: true } as const;
  const links = faultyLinksAfter(clusterView(), {
    ...intent,
    drop: 0.3,
    delayMs: 100,
    jitterMs: 20,
  });
  const expected = '[{"from":"n1","to":"n2","cut":false,"drop":0.3,"delayMs":100,"jitterMs":20}]';
  assert.equal(JSON.stringify(toStatus({ ...clusterView(), links }, nowMs).links), expected);
});

test('a crashed node shows the reason', () => {
  assert.equal(statusOf('dead', { error: 'out of memory' }).node.error, 'out of memory');
});

test('a starting node that has not reported shows term 0 and an empty log', () => {
  const { node } = statusOf('starting', { report: null, respPort: null });
  assert.deepEqual(node, {
    ...{ id: 'n1', state: 'starting', role: null, term: 0, votedFor: null, leader: null },
    ...{ lastLogIndex: 0, lastLogTerm: 0, commitIndex: 0, lastApplied: 0, snapshotIndex: 0 },
    ...{ respPort: null, raftPort: null, httpPort: null },
    ...{ voter: true, uptimeMs: 5120, dataDir: '/data/n1', peers: [] },
  });
});

test('a learner is not a voter', () => {
  const report = leaderReport({ role: 'learner', voter: false });
  const { node } = statusOf('running', { report });
  assert.equal(node.role, 'learner');
  assert.equal(node.voter, false);
});

test('uptime is whole milliseconds, and never negative', () => {
  assert.equal(statusOf('running', { startedAtMs: 6000.4 }).node.uptimeMs, 120);
  assert.equal(statusOf('running', { startedAtMs: nowMs + 5 }).node.uptimeMs, 0);
});
