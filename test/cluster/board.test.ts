import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Board } from '../../src/cluster/board.js';
import { clusterView } from '../control/fixtures.js';

const n1 = 'n1' as never;
const sharedNowMs = performance.timeOrigin + performance.now();

/** A board on which these events were recorded in this order, each `agoMs` after it happened. */
function boardOf(...warnings: readonly (readonly [reason: string, agoMs: number])[]): Board {
  const board = new Board({ ...clusterView(), events: [] });
  for (const [reason, agoMs] of warnings) {
    board.record(n1, { type: 'warned', reason }, sharedNowMs - agoMs);
  }
  return board;
}

const reasonsOf = (board: Board) => board.view.events.map(({ reason }) => reason);

test('events are in the order in which they happened, not in which they were reported', () => {
  const board = boardOf(['won', 1], ['voted', 2], ['campaigned', 2.5], ['followed', 0.5]);
  assert.deepEqual(reasonsOf(board), ['campaigned', 'voted', 'won', 'followed']);
  const times = board.view.events.map(({ at }) => Date.parse(at));
  assert.deepEqual(
    times,
    [...times].sort((a, b) => a - b),
  );
});

test('events of the same instant stay in the order in which they were reported', () => {
  assert.deepEqual(reasonsOf(boardOf(['a', 1], ['b', 1], ['c', 1])), ['a', 'b', 'c']);
});

test('an event that is reported very late moves back 100 places at most', () => {
  const others = Array.from({ length: 150 }, (_, at): [string, number] => [String(at), 10]);
  const board = boardOf(...others, ['late', 9_999]);
  assert.equal(reasonsOf(board).indexOf('late'), 50);
});
