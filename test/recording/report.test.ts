import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeId, type Telemetry } from '../../src/control/index.js';
import type { LogIndex, Term } from '../../src/raft/index.js';
import type { RecordingLine } from '../../src/recording/format.js';
import { reportPage, summarize } from '../../src/recording/index.js';
import { runStatisticsOf } from '../../src/recording/run-statistics.js';
import { leaderReport, report } from '../control/fixtures.js';
import { commitOf, eventAt, eventLine, firstView, recordingOf } from './fixtures.js';

function change(t: number, node: string, of: Extract<Telemetry, { type: 'node' }>['change']) {
  return { t, telemetry: { type: 'node', id: nodeId(node), change: of } } as const;
}

const term3 = 3 as Term;
const cutLink = {
  from: nodeId('n1'),
  to: nodeId('n2'),
  cut: true,
  drop: 0,
  delayMs: 0,
  jitterMs: 0,
};

/** n1 leads in term 2 and is killed after a second; n2 leads in term 3 from 1.4 s on. */
const run: readonly RecordingLine[] = [
  { t: 100, view: firstView() },
  { t: 500, telemetry: commitOf('n2', 20) },
  change(1000, 'n1', { state: 'dead' }),
  eventLine(1000, 'n1', 'killed'),
  change(1300, 'n2', { report: report({ role: 'candidate', term: term3, leader: null }) }),
  {
    t: 1300,
    telemetry: {
      type: 'event',
      event: eventAt(1300, 'n2', 'becameCandidate', { term: 3 }),
      later: 0,
    },
  },
  change(1400, 'n2', { report: leaderReport({ term: term3, commitIndex: 21 as LogIndex }) }),
  {
    t: 1400,
    telemetry: { type: 'event', event: eventAt(1400, 'n2', 'becameLeader', { term: 3 }), later: 0 },
  },
  { t: 2000, telemetry: { type: 'links', links: [cutLink] } },
  { t: 2500, telemetry: { type: 'links', links: [] } },
  { t: 3000, telemetry: { type: 'speed', speed: 1 } },
];

test('the summary has roles, leaders, terms, link faults and commits', (context) => {
  const summary = summarize(recordingOf(context, run));
  const [n1, n2] = summary.lanes;
  const words = (intervals: readonly { fromMs: number; toMs: number; value: unknown }[] = []) =>
    intervals.map(({ fromMs, toMs, value }) => `${fromMs}-${toMs} ${value}`);
  assert.deepEqual(words(n1?.intervals), ['100-1000 leader', '1000-3000 dead']);
  assert.deepEqual(words(n2?.intervals), [
    '100-1300 follower',
    '1300-1400 candidate',
    '1400-3000 leader',
  ]);
  assert.deepEqual(words(summary.leaders), ['100-1000 n1', '1000-1400 null', '1400-3000 n2']);
  assert.deepEqual(words(summary.terms), ['100-1300 2', '1300-3000 3']);
  assert.deepEqual(words(summary.faultyLinks), ['100-2000 0', '2000-2500 1', '2500-3000 0']);
  assert.deepEqual(words(summary.commits), ['100-500 9', '500-1400 20', '1400-3000 21']);
});

test('the statistics at the top of a report are right', (context) => {
  assert.deepEqual(runStatisticsOf(summarize(recordingOf(context, run))), {
    durationMs: 3000,
    terms: [2, 3],
    leaders: [
      { node: 'n2', ms: 1600 },
      { node: 'n1', ms: 900 },
    ],
    campaigns: 1,
    electionsWon: 1,
    firstLeaderMs: 100,
    leaderlessMsMax: 400,
    leaderlessMs: 400,
    commits: 12,
  });
});

test('time after the last node has died does not count as leaderless', (context) => {
  const end = ['n1', 'n2', 'n3'].map((node, at) => change(3000 + at, node, { state: 'dead' }));
  const lines = [...run, ...end, eventLine(9000, null, 'stopped')];
  const { leaderlessMsMax, leaderlessMs } = runStatisticsOf(summarize(recordingOf(context, lines)));
  assert.equal(leaderlessMsMax, 400);
  assert.equal(leaderlessMs, 401);
});

test('the lane of a node covers only its time in the cluster', (context) => {
  const [n3] = firstView().nodes.slice(2);
  assert.ok(n3);
  const node = { ...n3, id: nodeId('n4') };
  const lines: RecordingLine[] = [
    ...run,
    { t: 4000, telemetry: { type: 'nodeAdded', node } },
    { t: 5000, telemetry: { type: 'nodeRemoved', id: node.id } },
    { t: 6000, telemetry: { type: 'speed', speed: 1 } },
  ];
  const lane = summarize(recordingOf(context, lines)).lanes.at(-1);
  assert.deepEqual(lane, {
    node: 'n4',
    intervals: [{ fromMs: 4000, toMs: 5000, value: 'follower' }],
  });
});

test('the page is self-contained and names roles, terms, marks and events', (context) => {
  const page = reportPage(summarize(recordingOf(context, run)));
  assert.doesNotMatch(page, /<script|<link|<img|https?:|@import|src=/);
  assert.match(page, /<title>n1: leader, 0\.100 s to 1\.000 s<\/title>/);
  assert.match(page, /<title>term 3 begins at 1\.300 s<\/title>/);
  assert.match(page, /<title>1\.000 s n1 was killed<\/title>✗/);
  assert.match(page, /<title>1 faulty, counting each direction, 2\.000 s to 2\.500 s<\/title>/);
  assert.match(page, /<td>1\.400 s<\/td><td>n2<\/td><td>n2 won the election of term 3: it leads/);
  assert.match(page, /prefers-color-scheme: dark/);
  assert.match(page, /@media print/);
  assertBalanced(page);
});

/** Asserts that every element is closed, in the right order. */
function assertBalanced(page: string): void {
  const voidElements = new Set(['meta', '!doctype']);
  const open: string[] = [];
  for (const [tag, slash, name = ''] of page.matchAll(/<(\/?)([a-z!][a-z0-9]*)\b[^>]*>/g)) {
    if (voidElements.has(name) || tag.endsWith('/>')) continue;
    if (slash === '') open.push(name);
    else assert.equal(open.pop(), name, tag);
  }
  assert.deepEqual(open, []);
}

test('text from a recording is escaped in the page', (context) => {
  const reason = '</table><script>alert("1")</script>\x1b[2J';
  const event = eventAt(200, 'n1', 'crashed', { reason });
  const lines: RecordingLine[] = [
    ...run.slice(0, 1),
    { t: 200, telemetry: { type: 'event', event, later: 0 } },
  ];
  const page = reportPage(summarize(recordingOf(context, lines)));
  assert.ok(!page.includes('<script') && !page.includes('\x1b'));
  assert.match(page, /n1 crashed: &lt;\/table&gt;&lt;script&gt;alert\(&quot;1&quot;\)/);
  assertBalanced(page);
});

test('a long run lists a limited number of events and counts the rest', (context) => {
  const many = Array.from({ length: 2500 }, (_, at) => eventLine(200 + at, 'n2', 'resumed'));
  const page = reportPage(summarize(recordingOf(context, [...run.slice(0, 1), ...many])));
  assert.match(page, /503 more events are not shown/);
  assert.equal(page.split('<tr><td>').length - 1, 2001);
});

test('the page says that changes are missing', (context) => {
  const missed = { messages: 5, changes: 7 };
  const lines: RecordingLine[] = [...run, { t: 3000, missed }, { t: 3000, view: firstView() }];
  const page = reportPage(summarize(recordingOf(context, lines)));
  assert.match(page, /7 changes are missing because the disk was too slow/);
});
