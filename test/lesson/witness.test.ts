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

test('a term that falls is seen, but not over a death: what was not synced is forgotten', () => {
  const witness = new Witness(true);
  assert.equal(witness.findViolation(sceneOf(inTerm(4))), null);
  assert.equal(witness.findViolation(sceneOf(inTerm(3, 2000))), null);
  assert.equal(witness.findViolation(sceneOf(inTerm(2, 2000))), 'the term of n2 fell from 3 to 2');
});

test('two nodes that have applied different commands at one index are seen', () => {
  const witness = new Witness(true);
  const logs = { n1: [entry(1, 1, 'SET a 1')], n2: [entry(1, 2, 'SET a 2', false)] };
  assert.equal(witness.findViolation(sceneOf(clusterView(), logs)), null);
  const applied = { n2: [entry(1, 2, 'SET a 2')] };
  assert.match(
    witness.findViolation(sceneOf(clusterView(), applied)) ?? '',
    /^at index 1 n1 applied SET a 1 \(term 1\), and n2 SET a 2 \(term 2\)$/,
  );
  assert.equal(
    new Witness(false).findViolation(sceneOf(clusterView(), { ...logs, ...applied })),
    null,
  );
});

test('what held is told', () => {
  const witness = new Witness(true);
  const leads = { at: '', node: 'n1', event: 'becameLeader', term: 2 } as never;
  witness.findViolation(
    sceneOf({ ...clusterView(), events: [leads] }, { n1: [entry(1, 1, 'no-op')] }),
  );
  assert.deepEqual(witness.heldGuarantees(), [
    'at most one leader a term: n1 in term 2',
    'no term fell while a node lived',
    'what was applied stayed, and no two nodes applied different commands at one index (1 compared)',
  ]);
});
