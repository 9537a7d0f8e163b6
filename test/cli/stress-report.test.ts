/** The text of `stress`: equal nodes, differing nodes and failures. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Stage, StressRun } from '../../src/check/index.js';
import { stressText, toStressReport } from '../../src/cli/cluster/stress-report.js';

const options = { entries: 5000, clients: 4, batch: 50 };

function stage(after: string, change: Partial<Stage> = {}): Stage {
  return {
    after,
    nodes: ['n1', 'n2', 'n3'],
    commitIndex: 5001,
    term: 1,
    log: { from: 1, to: 5001 },
    keys: 5000,
    differences: [],
    ...change,
  };
}

function report(change: Partial<StressRun> = {}) {
  const stages = [stage('the inserts'), stage('a restart'), stage('the loss of a disk')];
  const insertion = { insertMs: 1250, resent: 0 };
  return toStressReport({ insertion, stages, failures: [], ...change }, options);
}

test('the report of equal nodes has what was compared, the rate, and ok', () => {
  const equal = report();
  assert.equal(equal.ok, true);
  const lines = stressText(equal).split('\n');
  assert.deepEqual(lines.slice(0, 2), [
    'after the inserts: all committed up to 5001 in term 1',
    '  equal on n1, n2 and n3: entries 1 to 5001 of the log; 5000 keys with their values',
  ]);
  assert.deepEqual(lines.slice(-2), ['5000 entries in 1.25 s: 4000 entries/s', 'ok']);
});

test('the report says which entries could not be compared because of snapshots', () => {
  const stages = [stage('a', { log: { from: 4000, to: 5001 } }), stage('b', { log: null })];
  const text = stressText(report({ stages }));
  assert.match(text, /entries 4000 to 5001 of the log \(earlier ones are in snapshots\)/);
  assert.match(text, /no entries of the log, since all are in snapshots/);
});

test('the report of nodes that differ says what differs and where, and is not ok', () => {
  const stages = [stage('the inserts', { differences: ['n2: key entry:3 is missing'] })];
  const differing = report({ stages });
  assert.equal(differing.ok, false);
  assert.deepEqual(stressText(differing).split('\n'), [
    'after the inserts the nodes differ:',
    '  n2: key entry:3 is missing',
    '5000 entries in 1.25 s: 4000 entries/s',
    'NOT ok',
  ]);
});

test('a run that failed or did not complete is not ok', () => {
  const failed = report({ failures: ['n3 crashed: it is broken'] });
  assert.equal(failed.ok, false);
  assert.match(stressText(failed), /\nn3 crashed: it is broken\n/);
  assert.equal(report({ stages: [stage('the inserts')] }).ok, false);
  const early = report({ stages: [], insertion: null, failures: ['no leader'] });
  assert.equal(stressText(early), 'no leader\nNOT ok');
});
