/** Tests of the watch on Raft's guarantees during a lesson. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogEntryView } from '../../src/control/index.js';
import type { LessonScene } from '../../src/lesson/lesson-scene.js';
import { Witness } from '../../src/lesson/witness.js';
import type { Term } from '../../src/raft/index.js';
import { clusterView, nodeView, report } from '../control/fixtures.js';

function entry(index: number, term: number, command: string, applied = true): LogEntryView {
  return { index, term, command, committed: applied, applied } as LogEntryView;
}

function sceneOf(
  view: LessonScene['view'],
  logs: Readonly<Record<string, LogEntryView[]>> = {},
): LessonScene {
  const all = Object.entries(logs).map(([id, entries]) => [id, { entries, values: {} }] as const);
  return { view, contents: new Map(all), replies: [], memory: {} };
}

function inTerm(term: number, startedAtMs = 1000): LessonScene['view'] {
  return clusterView(nodeView('n2', { startedAtMs, report: report({ term: term as Term }) }));
}

test('a term that falls within a life is a violation; after a restart it may be lower', () => {
  const witness = new Witness(true);
  assert.equal(witness.findViolation(sceneOf(inTerm(4))), null);
  assert.equal(witness.findViolation(sceneOf(inTerm(3, 2000))), null);
  assert.equal(
    witness.findViolation(sceneOf(inTerm(2, 2000))),
    'n2 went back from term 3 to term 2',
  );
});

test('different commands that two nodes applied at one index are a violation', () => {
  const witness = new Witness(true);
  const logs = { n1: [entry(1, 1, 'SET a 1')], n2: [entry(1, 2, 'SET a 2', false)] };
  assert.equal(witness.findViolation(sceneOf(clusterView(), logs)), null);
  const applied = { n2: [entry(1, 2, 'SET a 2')] };
  assert.match(
    witness.findViolation(sceneOf(clusterView(), applied)) ?? '',
    /^at index 1, n1 applied SET a 1 \(term 1\), but n2 applied SET a 2 \(term 2\)$/,
  );
  assert.equal(
    new Witness(false).findViolation(sceneOf(clusterView(), { ...logs, ...applied })),
    null,
  );
});

test('the guarantees that held are described', () => {
  const witness = new Witness(true);
  const leads = { at: '', node: 'n1', event: 'becameLeader', term: 2 } as never;
  witness.findViolation(
    sceneOf({ ...clusterView(), events: [leads] }, { n1: [entry(1, 1, 'no-op')] }),
  );
  assert.deepEqual(witness.heldGuarantees(), [
    'each term had at most one leader: n1 in term 2',
    'no node went back to a lower term while it ran',
    'no applied entry changed, and no two nodes applied different commands at the same index (indexes compared: 1)',
  ]);
});
