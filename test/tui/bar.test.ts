import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bar } from '../../src/tui/bar.js';

test('a bar is filled by what is left, in eighths of a cell', () => {
  assert.equal(bar(400, 400, 4), '████');
  assert.equal(bar(200, 400, 4), '██··');
  assert.equal(bar(150, 400, 4), '█▌··');
  assert.equal(bar(13, 400, 4), '▏···');
  assert.equal(bar(0, 400, 4), '····');
});

test('a bar keeps its width for any values', () => {
  for (const [left, total] of [
    [-5, 100],
    [500, 100],
    [0, 0],
    [99.9, 100],
  ] as const) {
    assert.equal(bar(left, total, 7).length, 7);
  }
});
