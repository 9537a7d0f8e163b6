import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linkLines, linksPanel } from '../../src/tui/links-panel.js';
import { change, healthy } from './fixtures.js';
import {
  checkPictures,
  cutLink,
  linkOf,
  partitioned,
  rateOf,
  sceneOf,
  textOf,
} from './panel-fixtures.js';

const rates = [
  rateOf('n1', 'n2', 22),
  rateOf('n2', 'n1', 22),
  rateOf('n2', 'n3', 1222),
  rateOf('n3', 'n2', 45_678),
];

const faults = [
  linkOf('n1', 'n2', { drop: 0.3, delayMs: 100, jitterMs: 50 }),
  linkOf('n2', 'n3', { delayMs: 100 }),
  linkOf('n3', 'n2', { drop: 0.015 }),
  cutLink('n3', 'n1'),
];

test('a network without faults shows rates and no descriptions', () => {
  checkPictures('links-whole', linkLines, sceneOf({ ...healthy(), rates }), 6);
});

test('each fault is shown in its cell and in words', () => {
  const scene = sceneOf({ ...healthy(), rates, links: faults }, { focus: 'links' });
  checkPictures('links-faults', linkLines, scene, 11);
});

test('the matrix of nine nodes has room for faults', () => {
  checkPictures('links-nine', linkLines, sceneOf({ ...healthy(9), rates, links: faults }), 13);
});

test('a link cut in both directions counts once', () => {
  checkPictures('links-partitioned', linkLines, sceneOf({ ...partitioned(), rates }), 11);
});

test('descriptions that do not fit are indicated by …', () => {
  const scene = sceneOf({ ...healthy(), rates, links: faults });
  const lines = textOf(linkLines(scene, 80, 7)).split('\n');
  assert.deepEqual(lines.slice(-2), [
    '  the link from n1 to n2 loses 30 % of the messages and takes 100 to 150 ms',
    '  the link from n2 to n3 takes 100 ms …',
  ]);
});

test('a paused node shows no rates, whatever it sent last', () => {
  const view = change(healthy(), 'n2', { state: 'paused' });
  const [, , , row] = textOf(linkLines(sceneOf({ ...view, rates }), 80, 6)).split('\n');
  assert.match(row ?? '', /^ {2}n2 ‖ - +╲ +-$/);
});

test('before the first messages no rate is known', () => {
  const [, , row] = textOf(linkLines(sceneOf(healthy()), 80, 6)).split('\n');
  assert.match(row ?? '', /^> n1 ★ ╲ +- +-$/);
});

test('the only node of a cluster has no links', () => {
  assert.deepEqual(linksPanel.heights(sceneOf(healthy(1)), 80), []);
});
