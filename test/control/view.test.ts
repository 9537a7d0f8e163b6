import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventsKeptMax } from '../../src/control/events.js';
import {
  type ClusterEvent,
  foldTelemetry,
  isReady,
  leaderOf,
  type NodeState,
  termOf,
} from '../../src/control/index.js';
import { type LogIndex, nodeId, type Term } from '../../src/raft/index.js';
import { clusterView, leaderReport, nodeView, report } from './fixtures.js';

const n2 = nodeId('n2');
const term3 = 3 as Term;

test('a change of one node leaves everything else unchanged', () => {
  const view = clusterView();
  const change = { state: 'dead', error: 'why' } as const;
  const next = foldTelemetry(view, { type: 'node', id: n2, change });
  assert.deepEqual(next, clusterView(nodeView('n2', change)));
  assert.deepEqual(view, clusterView(), 'the given view is not modified');
});

test('a change of an unknown node changes nothing', () => {
  const next = foldTelemetry(clusterView(), {
    type: 'node',
    id: nodeId('n9'),
    change: { state: 'dead' },
  });
  assert.deepEqual(next, clusterView());
});

function eventAt(number: number): ClusterEvent {
  return { at: String(number), node: n2, event: 'killed' };
}

test('events are kept in order, up to a limit; the oldest are dropped', () => {
  let view = clusterView();
  for (let number = 0; number < eventsKeptMax + 5; number += 1) {
    view = foldTelemetry(view, { type: 'event', event: eventAt(number), later: 0 });
    assert.equal(view.events.length, Math.min(number + 1, eventsKeptMax));
  }
  assert.deepEqual(view.events[0], eventAt(5));
  assert.deepEqual(view.events.at(-1), eventAt(eventsKeptMax + 4));
});

test('the events of a node that repeats itself do not push out those of others', () => {
  let view = clusterView();
  const kill = { at: 'once', node: nodeId('n1'), event: 'killed' } as const;
  const others = Array.from({ length: 10 }, () => kill);
  const repeats = Array.from({ length: 3 * eventsKeptMax }, (_, number) => eventAt(number));
  for (const event of [...others, ...repeats]) {
    view = foldTelemetry(view, { type: 'event', event, later: 0 });
  }
  assert.deepEqual(view.events, [...others, ...repeats.slice(10 - eventsKeptMax)]);
});

test('an event that is reported late is placed before those that happened after it', () => {
  let view = clusterView();
  for (const [number, later] of [
    [1, 0],
    [3, 0],
    [2, 1],
    [0, 3],
  ] as const) {
    view = foldTelemetry(view, { type: 'event', event: eventAt(number), later });
  }
  assert.deepEqual(view.events, [0, 1, 2, 3].map(eventAt));
});

test('a new list of faulty links replaces the old one', () => {
  const link = { from: nodeId('n1'), to: n2, cut: true, drop: 0, delayMs: 0, jitterMs: 0 };
  const view = foldTelemetry(clusterView(), { type: 'links', links: [link] });
  assert.deepEqual(view, { ...clusterView(), links: [link] });
  assert.deepEqual(foldTelemetry(view, { type: 'links', links: [] }), clusterView());
});

test('the leader is the running node that reports the role leader', () => {
  assert.equal(leaderOf(clusterView())?.id, 'n1');
});

test('of two leaders the one of the higher term counts: the other was deposed', () => {
  const next = leaderReport({ term: term3 });
  const view = clusterView(nodeView('n3', { report: next }));
  assert.equal(leaderOf(view)?.id, 'n3');
  const reversed = { ...view, nodes: [...view.nodes].reverse() };
  assert.equal(leaderOf(reversed)?.id, 'n3');
});

test('a node that does not run is not the leader', () => {
  for (const state of ['starting', 'paused', 'dead'] satisfies NodeState[]) {
    const view = clusterView(nodeView('n1', { state, report: leaderReport() }));
    assert.equal(leaderOf(view), null);
  }
});

test('a paused leader does not hide a running leader of a lower term', () => {
  const paused = nodeView('n1', { state: 'paused', report: leaderReport({ term: term3 }) });
  const view = clusterView(paused, nodeView('n3', { report: leaderReport() }));
  assert.equal(leaderOf(view)?.id, 'n3');
});

test('a node that has not reported is not the leader', () => {
  assert.equal(leaderOf(clusterView(nodeView('n1', { report: null }))), null);
});

test('the term of the cluster is the highest term of any node', () => {
  assert.equal(termOf(clusterView()), 2);
  assert.equal(termOf(clusterView(nodeView('n3', { report: report({ term: term3 }) }))), 3);
  assert.equal(termOf({ ...clusterView(), nodes: [nodeView('n1', { report: null })] }), 0);
});

test('a cluster is ready when every node has applied the first entry of the leader’s term', () => {
  assert.ok(isReady(clusterView()));
  const justNow = { lastApplied: 5 as LogIndex };
  assert.ok(isReady(clusterView(nodeView('n2', { report: report(justNow) }))));
});

const leaderIs = (change: Parameters<typeof leaderReport>[0]) =>
  nodeView('n1', { report: leaderReport(change) });
const followerIs = (change: Parameters<typeof report>[0]) =>
  nodeView('n2', { report: report(change) });

const reasons = [
  { why: 'there is no leader', node: nodeView('n1') },
  {
    why: 'the leader has not committed in its term',
    node: leaderIs({ commitIndex: 4 as LogIndex, lastApplied: 4 as LogIndex }),
  },
  {
    why: 'the leader does not say where its term begins',
    node: leaderIs({ termStartIndex: null }),
  },
  {
    why: 'the leader itself has not applied it',
    node: leaderIs({ lastApplied: 4 as LogIndex }),
  },
  { why: 'a node has not applied it', node: followerIs({ lastApplied: 4 as LogIndex }) },
  { why: 'a node is in an older term', node: followerIs({ term: 1 as Term }) },
  { why: 'a node is in a newer term', node: followerIs({ term: term3 }) },
  { why: 'a node is starting', node: nodeView('n2', { state: 'starting' }) },
  { why: 'a node is paused', node: nodeView('n2', { state: 'paused' }) },
  { why: 'a node is dead', node: nodeView('n2', { state: 'dead' }) },
  { why: 'a node has not reported', node: nodeView('n2', { report: null }) },
];

for (const { why, node } of reasons) {
  test(`a cluster is not ready while ${why}`, () => {
    assert.ok(!isReady(clusterView(node)));
  });
}

test('a node that is not a member does not keep the cluster from being ready', () => {
  const learners = [nodeId('n2')];
  const voters = [nodeId('n1')];
  const leader = leaderIs({ voters, learners });
  const outsider = nodeView('n3', { state: 'dead' });
  assert.ok(isReady({ ...clusterView(leader), nodes: [leader, nodeView('n2'), outsider] }));
  const behind = nodeView('n2', { state: 'dead' });
  assert.ok(!isReady({ ...clusterView(leader), nodes: [leader, behind, outsider] }));
});

test('an added node is inserted in the order of ids, and a removed one disappears', () => {
  const n4 = nodeView('n4');
  const more = foldTelemetry(clusterView(), { type: 'nodeAdded', node: n4 });
  const fewer = foldTelemetry(more, { type: 'nodeRemoved', id: n2 });
  assert.deepEqual(
    fewer.nodes.map(({ id }) => id),
    ['n1', 'n3', 'n4'],
  );
  const again = foldTelemetry(fewer, { type: 'nodeAdded', node: nodeView('n2') });
  assert.deepEqual(
    again.nodes.map(({ id }) => id),
    ['n1', 'n2', 'n3', 'n4'],
  );
});
