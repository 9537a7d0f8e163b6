import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Board } from '../../src/cluster/board.js';
import { clusterView } from '../control/fixtures.js';

const n1 = 'n1' as never;
const sharedNowMs = performance.timeOrigin + performance.now();

/** Records what happened so many milliseconds ago, in the order in which it comes in. */
function boardOf(...happenings: readonly (readonly [reason: string, agoMs: number])[]): Board {
  const board = new Board({ ...clusterView(), events: [] });
  for (const [reason, agoMs] of happenings) {
    board.record(n1, { type: 'warned', reason }, sharedNowMs - agoMs);
  }
  return board;
}

const reasonsOf = (board: Board) => board.view.events.map(({ reason }) => reason);

test('what threads tell stands in the order in which it happened', () => {
  const board = boardOf(['won', 1], ['voted', 2], ['campaigned', 2.5], ['followed', 0.5]);
  assert.deepEqual(reasonsOf(board), ['campaigned', 'voted', 'won', 'followed']);
  const times = board.view.events.map(({ at }) => Date.parse(at));
  assert.deepEqual(
    times,
    [...times].sort((a, b) => a - b),
  );
});

test('what happened at one time stays in the order in which it came in', () => {
  assert.deepEqual(reasonsOf(boardOf(['a', 1], ['b', 1], ['c', 1])), ['a', 'b', 'c']);
});

test('what comes in very late stands among the latest, not before all', () => {
  const others = Array.from({ length: 150 }, (_, at): [string, number] => [String(at), 10]);
  const board = boardOf(...others, ['late', 9_999]);
  assert.equal(reasonsOf(board).indexOf('late'), 50);
});
