import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClusterView } from '../../src/control/index.js';
import { droppedShownMs, type LogRow, logGrid } from '../../src/tui/log-grid.js';
import { change, healthy, makeEvent, makeReport, withEvents } from './fixtures.js';
import { logOf, nowMs, partitioned } from './panel-fixtures.js';

const width = 20;

/** One character per entry: a digit when committed, else a letter, `a` for term 1. */
function rowText({ cells }: LogRow): string {
  const chars = { missing: '.', inSnapshot: '_', dropped: 'x' } as const;
  return cells
    .map((cell) => {
      if (cell.type === 'committed') return String(cell.term ?? '?');
      if (cell.type !== 'uncommitted') return chars[cell.type];
      return cell.term === null ? '?' : String.fromCharCode(96 + cell.term);
    })
    .join('');
}

const rowsOf = (view: ClusterView, back = 0, widthMax = width) =>
  logGrid(view, widthMax, back, nowMs).rows.map(rowText);

test('each entry has its term, and is committed if its own node has committed it', () => {
  assert.deepEqual(rowsOf(partitioned()), [
    '11111112222bbb...',
    '111111122223333c.',
    '_____112222333c..',
    '1111111..........',
    '111111122223333c.',
  ]);
});

test('the grid follows the longest log, with one index beyond it', () => {
  const { from, rows } = logGrid(partitioned(), 5, 0, nowMs);
  assert.equal(from, 13);
  assert.deepEqual(rows.map(rowText), ['bb...', '333c.', '33c..', '.....', '333c.']);
});

test('scrolling back shows earlier entries, and stops at index 1', () => {
  assert.equal(logGrid(partitioned(), 5, 4, nowMs).from, 9);
  assert.equal(logGrid(partitioned(), 5, 1000, nowMs).from, 1);
  assert.deepEqual(rowsOf(partitioned(), 1000, 5)[0], '11111');
});

test('dropped entries stay visible for a while, even if others replaced them', () => {
  const healed = withEvents(partitioned(), makeEvent(9, 'n3', 'truncated', { from: 12, to: 17 }));
  const rows = (later: number) => logGrid(healed, width, 0, nowMs - 1000 + later).rows.map(rowText);
  assert.equal(rows(0)[2], '_____112222xxxxxx.');
  assert.equal(rows(droppedShownMs)[2], '_____112222xxxxxx.');
  assert.equal(rows(droppedShownMs + 1)[2], '_____112222333c..');
});

test('the grid jumps back for a moment to entries dropped out of sight', () => {
  const healed = withEvents(partitioned(), makeEvent(9, 'n1', 'truncated', { from: 9, to: 14 }));
  const { from, isAtDropped, rows } = logGrid(healed, 5, 0, nowMs);
  assert.deepEqual([from, isAtDropped, rows.map(rowText)[0]], [6, true, '112xx']);
  assert.equal(logGrid(healed, 5, 1, nowMs).from, 12);
  assert.equal(logGrid(healed, 5, 0, nowMs + droppedShownMs).from, 13);
});

test('drops are found among events of other types and nodes', () => {
  const view = withEvents(
    partitioned(),
    makeEvent(8, 'n1', 'truncated', { from: 13, to: 14 }),
    makeEvent(8, 'n1', 'truncated', { from: 12, to: 12 }),
    makeEvent(9, 'n1', 'becameFollower', { leader: null, term: 3 }),
  );
  assert.deepEqual(rowsOf(view)[0], '11111112222xxx...');
});

test('a term that the node did not report is unknown', () => {
  const report = makeReport({ ...logOf([[10, 3]], 12, 11), firstLogIndex: 4 as never });
  const view = change(healthy(1), 'n1', { report });
  assert.deepEqual(rowsOf(view), ['___??????33c.']);
});

test('a node without a report and an empty log have no entries', () => {
  const view = change(healthy(1), 'n1', { report: null });
  assert.deepEqual(logGrid(view, width, 0, nowMs).rows.map(rowText), ['.']);
  assert.deepEqual(logGrid({ ...view, nodes: [] }, width, 0, nowMs).rows, []);
});

test('progress comes from the leader of the highest term', () => {
  const { rows } = logGrid(partitioned(), width, 0, nowMs);
  assert.deepEqual(
    rows.map(({ progress }) => progress?.matchIndex ?? null),
    [0, null, 15, 7, 16],
  );
});

test('the cost of the grid depends on the visible entries, not on the log', () => {
  const report = makeReport(
    logOf(
      [
        [1, 1],
        [999_900, 2],
      ],
      1_000_000,
      999_999,
    ),
  );
  const { from, rows } = logGrid(change(healthy(1), 'n1', { report }), width, 0, nowMs);
  assert.equal(from, 999_982);
  assert.deepEqual(rows.map(rowText), ['222222222222222222b.']);
});
