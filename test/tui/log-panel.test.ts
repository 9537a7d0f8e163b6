import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logLines } from '../../src/tui/log-panel.js';
import { paintFor } from '../../src/tui/paint.js';
import { change, healthy, makeEvent, makeReport, withEvents } from './fixtures.js';
import { checkFits, checkPictures, logOf, partitioned, sceneOf, textOf } from './panel-fixtures.js';

const rowsForAll = 12;

test('logs are aligned, with what the leader knows below each', () => {
  checkPictures('log-partitioned', logLines, sceneOf(partitioned(), { focus: 'log' }), rowsForAll);
});

test('with few rows the marks are at the cells', () => {
  checkPictures('log-low', logLines, sceneOf(partitioned()), 6);
});

test('recently dropped entries are crossed out', () => {
  const healed = withEvents(partitioned(), makeEvent(9, 'n1', 'truncated', { from: 12, to: 14 }));
  checkPictures('log-dropped', logLines, sceneOf(healed), rowsForAll);
});

test('long indexes stay apart, and terms show two digits', () => {
  const report = makeReport({
    ...logOf(
      [
        [1_234_500, 99],
        [1_234_590, 107],
      ],
      1_234_620,
      1_234_618,
    ),
  });
  const view = change(healthy(), 'n1', { report: makeReport({ ...report, term: 107 as never }) });
  checkPictures('log-long', logLines, sceneOf(view, { scroll: { log: 20 } }), 6);
});

test('marks left of the visible cells are shown at the left edge', () => {
  const lines = textOf(logLines(sceneOf(partitioned(), { scroll: { log: 0 } }), 30, rowsForAll));
  assert.match(lines, /^ {4}‹m\^ probe$/m);
});

test('committed entries are filled in colour and framed without', () => {
  const [, n1] = logLines(sceneOf(partitioned()), 80, rowsForAll);
  const spans = n1 ?? [];
  const filled = spans.filter(({ isHighlighted, term }) => isHighlighted && term !== undefined);
  assert.equal(filled.length, 11);
  assert.ok(paintFor(8)(spans).includes('▐\x1b[0m\x1b[38;5;178;7m1\x1b[0m'));
});

test('a cluster without nodes shows a heading and a legend, and zero rows show nothing', () => {
  const view = { ...healthy(), nodes: [] };
  assert.match(textOf(logLines(sceneOf(view), 80, 5)), /^ 2 log ─+\n▐▌ committed/);
  assert.deepEqual(logLines(sceneOf(view), 80, 0), []);
});

test('terms with more digits than the current one stay within their columns', () => {
  const report = makeReport({ ...logOf([[0, 10]], 8, 0), role: 'leader', term: 0 as never });
  checkFits(logLines(sceneOf(change(healthy(1), 'n1', { report })), 40, 2), 40, 2);
});
