/** Tests of the comparison of logs entry by entry. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  LogComparison,
  type LoggedEntry,
  type NodeLogSlice,
} from '../../src/check/compare-logs.js';

/** Entries of these terms from index `first`, each with its own command. */
function entries(first: number, terms: readonly number[]): LoggedEntry[] {
  return terms.map((term, at) => ({ index: first + at, term, command: `SET ${first + at}` }));
}

function sliceOf(node: string, kept: readonly LoggedEntry[], snapshotIndex = 0): NodeLogSlice {
  return { node, snapshotIndex, entries: kept };
}

test('equal logs have no differences, and every entry is compared', () => {
  const logs = new LogComparison();
  const first = entries(1, [1, 1, 2]);
  const second = entries(4, [2, 3]);
  assert.deepEqual(logs.compareRange([sliceOf('n1', first), sliceOf('n2', first)], 1, 3), []);
  assert.deepEqual(logs.compareRange([sliceOf('n1', second), sliceOf('n2', second)], 4, 5), []);
  assert.deepEqual(logs.range, { from: 1, to: 5 });
});

const differing: readonly (readonly [what: string, LoggedEntry[], expected: string])[] = [
  [
    'term',
    [...entries(1, [1]), ...entries(2, [2]), ...entries(3, [2])],
    'n2: entry 2 is "SET 2" of term 2, not "SET 2" of term 1',
  ],
  [
    'command',
    [...entries(1, [1]), { index: 2, term: 1, command: 'DEL 2' }, ...entries(3, [2])],
    'n2: entry 2 is "DEL 2" of term 1, not "SET 2" of term 1',
  ],
  ['length', entries(1, [1, 1]), 'n2: entry 3 is missing, not "SET 3" of term 2'],
];

for (const [what, others, expected] of differing) {
  test(`a difference in ${what} is reported with its index`, () => {
    const slices = [sliceOf('n1', entries(1, [1, 1, 2])), sliceOf('n2', others)];
    assert.deepEqual(new LogComparison().compareRange(slices, 1, 3), [expected]);
  });
}

test('a gap on one node makes every later entry differ', () => {
  const [one, , three] = entries(1, [1, 1, 2]) as [LoggedEntry, LoggedEntry, LoggedEntry];
  const slices = [sliceOf('n1', entries(1, [1, 1, 2])), sliceOf('n2', [one, three])];
  assert.deepEqual(new LogComparison().compareRange(slices, 1, 3), [
    'n2: entry 2 is missing, not "SET 2" of term 1',
    'n2: entry 3 is missing, not "SET 3" of term 2',
  ]);
});

test('entries that only a snapshot holds are not compared, and the range shows it', () => {
  const logs = new LogComparison();
  const full = entries(1, [1, 1, 2]);
  const slices = [sliceOf('n1', full), sliceOf('n2', full.slice(2), 2)];
  assert.deepEqual(logs.compareRange(slices, 1, 3), []);
  assert.deepEqual(logs.range, { from: 3, to: 3 });
});

test('a gap between a snapshot and the log is a difference', () => {
  const full = entries(1, [1, 1, 2]);
  const slices = [sliceOf('n1', full), sliceOf('n2', full.slice(2), 1)];
  assert.deepEqual(new LogComparison().compareRange(slices, 1, 3), [
    'n2: entry 2 is missing, not "SET 2" of term 1',
  ]);
});

test('logs that are only in snapshots have no compared range', () => {
  const logs = new LogComparison();
  assert.deepEqual(
    logs.compareRange([sliceOf('n1', [], 3), sliceOf('n2', entries(1, [1, 1, 1]))], 1, 3),
    [],
  );
  assert.equal(logs.range, null);
});

test('an entry that all nodes lack is missing', () => {
  const slices = [sliceOf('n1', entries(1, [1])), sliceOf('n2', entries(1, [1]))];
  assert.deepEqual(new LogComparison().compareRange(slices, 1, 2), ['no node has entry 2']);
});

test('terms that fall along a log are a difference, even if all nodes agree', () => {
  const logs = new LogComparison();
  assert.deepEqual(logs.compareRange([sliceOf('n1', entries(1, [3]))], 1, 1), []);
  assert.deepEqual(logs.compareRange([sliceOf('n1', entries(2, [2]))], 2, 2), [
    'entry 2 is of term 2, but an earlier entry is of term 3',
  ]);
});
