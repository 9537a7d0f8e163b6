import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type MessageNote, nodeId, type Telemetry } from '../../src/control/index.js';
import type { LogIndex, Term } from '../../src/raft/index.js';
import { notesRecordedMax, TelemetryFilter } from '../../src/recording/telemetry-filter.js';
import { report } from '../control/fixtures.js';

const n1 = nodeId('n1');
const n2 = nodeId('n2');

function reported(change: Parameters<typeof report>[0]): Telemetry {
  return { type: 'node', id: n2, change: { report: report(change) } };
}

function timer(leftMs: number): Telemetry {
  return reported({ electionTimer: { leftMs, timeoutMs: 400 } });
}

function note(change: Partial<MessageNote> = {}): MessageNote {
  const details = 'heartbeat, prev 2 (term 1), commit 2';
  return {
    from: n1,
    to: n2,
    type: 'AppendEntries',
    term: 1 as Term,
    details,
    isLost: false,
    ...change,
  };
}

function traffic(...notes: readonly MessageNote[]): Telemetry {
  const sent = [{ to: n2, count: 20 }];
  return { type: 'traffic', from: n1, report: { notes, sent, overMs: 1000.1 } };
}

test('a full election timer is recorded once, and a timer that runs down every time', () => {
  const filter = new TelemetryFilter();
  const kept = [400, 390, 350, 300, 290, 200, 100, 0, 380, 400].filter((leftMs, at) =>
    filter.filter(at, timer(leftMs)),
  );
  assert.deepEqual(kept, [400, 290, 200, 100, 0, 380]);
});

test('a report that differs in anything else is kept', () => {
  const filter = new TelemetryFilter();
  assert.ok(filter.filter(0, reported({})));
  assert.equal(filter.filter(1, reported({})), null);
  assert.ok(filter.filter(2, reported({ commitIndex: 10 as LogIndex })));
});

test('a report after another change of the node is kept', () => {
  const filter = new TelemetryFilter();
  assert.ok(filter.filter(0, reported({})));
  assert.ok(filter.filter(1, { type: 'node', id: n2, change: { state: 'dead', report: null } }));
  assert.ok(filter.filter(2, reported({})));
});

test('repeated messages are kept once a second', () => {
  const filter = new TelemetryFilter();
  const kept = Array.from({ length: 25 }, (_, at) => at * 100).filter((t) =>
    filter.filter(t, traffic(note(), note({ to: nodeId('n3') }))),
  );
  assert.deepEqual(kept, [0, 1000, 2000]);
});

test('a new or lost message is kept at once', () => {
  const filter = new TelemetryFilter();
  assert.ok(filter.filter(0, traffic(note())));
  assert.ok(filter.filter(100, traffic(note(), note({ type: 'RequestVote' }))));
  assert.ok(filter.filter(200, traffic(note({ isLost: true }))));
});

test('the report that a node has fallen silent is kept', () => {
  const filter = new TelemetryFilter();
  const silent: Telemetry = {
    type: 'traffic',
    from: n1,
    report: { notes: [], sent: [], overMs: 1 },
  };
  assert.ok(filter.filter(0, traffic(note())));
  assert.ok(filter.filter(100, silent));
});

test('only the latest of many messages are kept', () => {
  const notes = Array.from({ length: 32 }, (_, at) => note({ details: `match ${at}` }));
  const kept = new TelemetryFilter().filter(0, traffic(...notes));
  assert.ok(kept?.type === 'traffic');
  assert.deepEqual(kept.report.notes, notes.slice(-notesRecordedMax));
});

test('all other telemetry is kept', () => {
  const filter = new TelemetryFilter();
  for (let t = 0; t < 3; t += 1) assert.ok(filter.filter(t, { type: 'speed', speed: 1 }));
});
