import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  LogComparison,
  type LoggedEntry,
  type NodeLogSlice,
} from '../../src/check/compare-logs.js';

/** Entries of those terms from index `first`, each with a command of its own. */
function entries(first: number, terms: readonly number[]): LoggedEntry[] {
  return terms.map((term, at) => ({ index: first + at, term, command: `SET ${first + at}` }));
}

function part(node: string, kept: readonly LoggedEntry[], snapshotIndex = 0): NodeLogSlice {
  return { node, snapshotIndex, entries: kept };
}

test('equal logs do not differ, and every entry of them was compared', () => {
  const logs = new LogComparison();
  const first = entries(1, [1, 1, 2]);
  const second = entries(4, [2, 3]);
  assert.deepEqual(logs.compareRange([part('n1', first), part('n2', first)], 1, 3), []);
  assert.deepEqual(logs.compareRange([part('n1', second), part('n2', second)], 4, 5), []);
  assert.deepEqual(logs.range, { from: 1, to: 5 });
});

const differing: readonly (readonly [what: string, LoggedEntry[], says: string])[] = [
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

for (const [what, others, says] of differing) {
  test(`an entry of another ${what} is told with its place`, () => {
    const parts = [part('n1', entries(1, [1, 1, 2])), part('n2', others)];
    assert.deepEqual(new LogComparison().compareRange(parts, 1, 3), [says]);
  });
}

test('a gap on one node is a difference from there on', () => {
  const [one, , three] = entries(1, [1, 1, 2]) as [LoggedEntry, LoggedEntry, LoggedEntry];
  const parts = [part('n1', entries(1, [1, 1, 2])), part('n2', [one, three])];
  assert.deepEqual(new LogComparison().compareRange(parts, 1, 3), [
    'n2: entry 2 is missing, not "SET 2" of term 1',
    'n2: entry 3 is missing, not "SET 3" of term 2',
  ]);
});

test('what only snapshots hold is not compared, and the range says so', () => {
  const logs = new LogComparison();
  const full = entries(1, [1, 1, 2]);
  const parts = [part('n1', full), part('n2', full.slice(2), 2)];
  assert.deepEqual(logs.compareRange(parts, 1, 3), []);
  assert.deepEqual(logs.range, { from: 3, to: 3 });
});

test('a log that begins later than its snapshot ends differs', () => {
  const full = entries(1, [1, 1, 2]);
  const parts = [part('n1', full), part('n2', full.slice(2), 1)];
  assert.deepEqual(new LogComparison().compareRange(parts, 1, 3), [
    'n2: entry 2 is missing, not "SET 2" of term 1',
  ]);
});

test('logs that are all in snapshots are not called equal', () => {
  const logs = new LogComparison();
  assert.deepEqual(
    logs.compareRange([part('n1', [], 3), part('n2', entries(1, [1, 1, 1]))], 1, 3),
    [],
  );
  assert.equal(logs.range, null);
});

test('an entry that all nodes lack is missing', () => {
  const parts = [part('n1', entries(1, [1])), part('n2', entries(1, [1]))];
  assert.deepEqual(new LogComparison().compareRange(parts, 1, 2), ['no node has entry 2']);
});

test('terms that fall are told, though all nodes have them so', () => {
  const logs = new LogComparison();
  assert.deepEqual(logs.compareRange([part('n1', entries(1, [3]))], 1, 1), []);
  assert.deepEqual(logs.compareRange([part('n1', entries(2, [2]))], 2, 2), [
    'entry 2 is of term 2, and one before it of 3',
  ]);
});
