import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allocateRows, columnsMin, isTooSmall, rowsFor, rowsMin } from '../../src/tui/layout.js';

const all = Number.POSITIVE_INFINITY;

test('60x15 is enough, and one column or row less is not', () => {
  assert.equal(isTooSmall({ columns: columnsMin, rows: rowsMin }), false);
  assert.equal(isTooSmall({ columns: columnsMin - 1, rows: 100 }), true);
  assert.equal(isTooSmall({ columns: 200, rows: rowsMin - 1 }), true);
});

test('the screen leaves one row of the terminal free, if it has two', () => {
  assert.equal(rowsFor({ columns: 80, rows: 24 }), 23);
  assert.equal(rowsFor({ columns: 80, rows: 1 }), 1);
});

test('every demand gets its lowest height before any gets a better one', () => {
  const wishes = [
    { priority: 2, heights: [2, 6] },
    { priority: 1, heights: [1, 5] },
  ];
  assert.deepEqual(allocateRows(3, wishes), [2, 1]);
  assert.deepEqual(allocateRows(7, wishes), [6, 1]);
  assert.deepEqual(allocateRows(11, wishes), [6, 5]);
});

test('higher priorities are served first, whatever their position', () => {
  const wishes = [
    { priority: 1, heights: [3] },
    { priority: 2, heights: [3] },
  ];
  assert.deepEqual(allocateRows(5, wishes), [0, 3]);
});

test('rows that are too few for one demand go to one that needs less', () => {
  const wishes = [
    { priority: 2, heights: [9] },
    { priority: 1, heights: [4] },
  ];
  assert.deepEqual(allocateRows(5, wishes), [0, 4]);
});

test('an infinite height takes all remaining rows', () => {
  const wishes = [
    { priority: 2, heights: [4] },
    { priority: 1, heights: [1, 3, all] },
  ];
  assert.deepEqual(allocateRows(20, wishes), [4, 16]);
  assert.deepEqual(allocateRows(6, wishes), [4, 2]);
});

test('a demand without heights gets no rows', () => {
  assert.deepEqual(allocateRows(5, [{ priority: 1, heights: [] }]), [0]);
  assert.deepEqual(allocateRows(5, []), []);
});
