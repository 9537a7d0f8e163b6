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

test('a timer that heartbeats keep full is told once, and one that runs down each time', () => {
  const sieve = new TelemetryFilter();
  const kept = [400, 390, 350, 300, 290, 200, 100, 0, 380, 400].filter((leftMs, at) =>
    sieve.filter(at, timer(leftMs)),
  );
  assert.deepEqual(kept, [400, 290, 200, 100, 0, 380]);
});

test('a report that says anything else is kept', () => {
  const sieve = new TelemetryFilter();
  assert.ok(sieve.filter(0, reported({})));
  assert.equal(sieve.filter(1, reported({})), null);
  assert.ok(sieve.filter(2, reported({ commitIndex: 10 as LogIndex })));
});

test('a report after another change of the node is kept', () => {
  const sieve = new TelemetryFilter();
  assert.ok(sieve.filter(0, reported({})));
  assert.ok(sieve.filter(1, { type: 'node', id: n2, change: { state: 'dead', report: null } }));
  assert.ok(sieve.filter(2, reported({})));
});

test('messages that say nothing new are kept once a second', () => {
  const sieve = new TelemetryFilter();
  const kept = Array.from({ length: 25 }, (_, at) => at * 100).filter((t) =>
    sieve.filter(t, traffic(note(), note({ to: nodeId('n3') }))),
  );
  assert.deepEqual(kept, [0, 1000, 2000]);
});

test('a message that is new, or lost, is kept at once', () => {
  const sieve = new TelemetryFilter();
  assert.ok(sieve.filter(0, traffic(note())));
  assert.ok(sieve.filter(100, traffic(note(), note({ type: 'RequestVote' }))));
  assert.ok(sieve.filter(200, traffic(note({ isLost: true }))));
});

test('that a node has fallen silent is kept', () => {
  const sieve = new TelemetryFilter();
  const silent: Telemetry = {
    type: 'traffic',
    from: n1,
    report: { notes: [], sent: [], overMs: 1 },
  };
  assert.ok(sieve.filter(0, traffic(note())));
  assert.ok(sieve.filter(100, silent));
});

test('of many messages the latest are kept', () => {
  const notes = Array.from({ length: 32 }, (_, at) => note({ details: `match ${at}` }));
  const kept = new TelemetryFilter().filter(0, traffic(...notes));
  assert.ok(kept?.type === 'traffic');
  assert.deepEqual(kept.report.notes, notes.slice(-notesRecordedMax));
});

test('all else is kept', () => {
  const sieve = new TelemetryFilter();
  for (let t = 0; t < 3; t += 1) assert.ok(sieve.filter(t, { type: 'speed', speed: 1 }));
});
