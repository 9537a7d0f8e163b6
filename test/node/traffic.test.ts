import assert from 'node:assert/strict';
import { mock, type TestContext, test } from 'node:test';
import type { TrafficReport } from '../../src/control/index.js';
import { notesReportedMax, Traffic } from '../../src/node/telemetry/traffic.js';
import { n1, n2, n3 } from '../raft/node.js';
import { vote } from '../transport/messages.js';

function start(t: TestContext) {
  mock.timers.enable({ apis: ['setInterval'] });
  t.after(() => mock.timers.reset());
  const reports: TrafficReport[] = [];
  return { reports, traffic: new Traffic((report) => reports.push(report)) };
}

test('messages are neither reported nor kept while nobody observes', (t) => {
  const { reports, traffic } = start(t);
  traffic.note(vote(1), false);
  mock.timers.tick(1000);
  traffic.watch(true);
  mock.timers.tick(1000);
  assert.deepEqual(reports, []);
});

test('observers get the sent and the lost messages every 100 ms', (t) => {
  const { reports, traffic } = start(t);
  traffic.watch(true);
  traffic.note(vote(1), false);
  traffic.note(vote(2, n1, n3), true);
  mock.timers.tick(99);
  assert.equal(reports.length, 0);
  mock.timers.tick(1);
  const [{ notes, sent, overMs } = {} as TrafficReport] = reports;
  assert.deepEqual(
    notes.map(({ to, term, isLost }) => [to, term, isLost]),
    [
      [n2, 1, false],
      [n3, 2, true],
    ],
  );
  assert.deepEqual(sent, [
    { to: n2, count: 1 },
    { to: n3, count: 1 },
  ]);
  assert.ok(overMs > 0);
});

test('the latest of many messages are shown, and all are counted', (t) => {
  const { reports, traffic } = start(t);
  traffic.watch(true);
  for (let term = 1; term <= 1000; term += 1) traffic.note(vote(term), false);
  mock.timers.tick(100);
  const terms = reports[0]?.notes.map(({ term }) => term) ?? [];
  assert.deepEqual(
    terms,
    Array.from({ length: notesReportedMax }, (_, at) => 1000 - notesReportedMax + 1 + at),
  );
  assert.deepEqual(reports[0]?.sent, [{ to: n2, count: 1000 }]);
});

test('messages count for a second, and an idle node sends one empty report', (t) => {
  const { reports, traffic } = start(t);
  traffic.watch(true);
  traffic.note(vote(1), false);
  mock.timers.tick(5000);
  assert.equal(reports.length, 11);
  assert.ok(reports.slice(1).every(({ notes }) => notes.length === 0));
  assert.ok(reports.slice(0, 10).every(({ sent }) => sent[0]?.count === 1));
  assert.deepEqual(reports.at(-1)?.sent, []);
});

test('a node that is no longer observed sends no report', (t) => {
  const { reports, traffic } = start(t);
  traffic.watch(true);
  traffic.note(vote(1), false);
  traffic.watch(false);
  traffic.note(vote(2), false);
  mock.timers.tick(1000);
  assert.deepEqual(reports, []);
});
