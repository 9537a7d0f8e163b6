import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventLines } from '../../src/tui/events-panel.js';
import { helpLines } from '../../src/tui/help.js';
import { keyBindings } from '../../src/tui/keys.js';
import { rowsMin } from '../../src/tui/layout.js';
import { nodeLines } from '../../src/tui/nodes-panel.js';
import { type Line, paintPlain } from '../../src/tui/paint.js';
import { peerLines, peersPanel } from '../../src/tui/peers-panel.js';
import { firstUi, type Scene } from '../../src/tui/scene.js';
import { titleOf } from '../../src/tui/title-line.js';
import { change, crash, healthy, makeEvent, makeReport } from './fixtures.js';

process.env.TZ = 'UTC';

const ui = firstUi;
const sceneOf = (view: Scene['view']): Scene => ({ view, ui, version: '1.2.3', nowMs: 0 });
const textOf = (lines: readonly Line[]) => lines.map(paintPlain);

test('the newest events are kept, and the oldest are on top', () => {
  const events = [1, 2, 3, 4, 5].map((second) => makeEvent(second, 'n1', 'started'));
  const lines = textOf(eventLines(events, 40, 4)).slice(1);
  assert.deepEqual(lines, ['03:04:03 n1 starts', '03:04:04 n1 starts', '03:04:05 n1 starts']);
});

test('an event is shown whole or not at all, save the newest', () => {
  const long = makeEvent(1, null, 'ready');
  const short = makeEvent(2, 'n1', 'started');
  assert.deepEqual(textOf(eventLines([long, short], 50, 3)).slice(1), ['03:04:02 n1 starts']);
  assert.deepEqual(textOf(eventLines([short, long], 50, 2)).slice(1), [
    '03:04:01 cluster ready: a leader has committed in…',
  ]);
});

test('in one row there is the newest event alone, and nothing before the first', () => {
  const events = [makeEvent(1, 'n1', 'started'), makeEvent(2, 'n2', 'started')];
  assert.deepEqual(textOf(eventLines(events, 40, 1)), ['03:04:02 n2 starts']);
  assert.deepEqual(eventLines([], 40, 1), []);
});

test('an event with a reason that tears the screen stays on its lines', () => {
  const event = makeEvent(1, 'n1', 'crashed', { reason: 'a\n\x1b[2Jb' });
  assert.deepEqual(textOf(eventLines([event], 60, 2)).slice(1), ['03:04:01 n1 crashed: a [2Jb']);
});

test('indexes of any size leave id, role and term in their place', () => {
  const huge = makeReport({ lastLogIndex: 123_456_789_012 as never });
  const view = change(healthy(), 'n2', { report: huge });
  for (const columns of [60, 80, 120]) {
    const line = textOf(nodeLines(sceneOf(view), columns, 1))[2] ?? '';
    assert.match(line, /^ {2}n2 .*● follower +(n1 +)?2 n1 +123456789012/);
  }
});

test('a dead node that gave no reason shows what it said last', () => {
  const view = change(healthy(), 'n2', { state: 'dead' });
  assert.match(textOf(nodeLines(sceneOf(view), 80, 1))[2] ?? '', /✗ dead .* 1207 +1206 +1206/);
});

test('a reason takes no more lines than it may', () => {
  const nodes = crash().nodes.length;
  assert.equal(nodeLines(sceneOf(crash()), 80, 1).length, nodes + 1);
  assert.equal(nodeLines(sceneOf(crash()), 80, 3).length, nodes + 3);
});

test('a reason with line ends and escape sequences stays on its lines', () => {
  const view = change(healthy(), 'n2', { state: 'dead', error: 'a\n\x1b[2Jb' });
  assert.match(textOf(nodeLines(sceneOf(view), 80, 1))[2] ?? '', /dead +crashed: a \[2Jb$/);
});

test('a peer is behind by what the leader has and it has not', () => {
  const lines = textOf(peerLines(sceneOf(healthy()), 80, 3));
  assert.match(lines[1] ?? '', /^ {2}n2 +1208 +1205 +2 replicate/);
  assert.match(lines[2] ?? '', /^ {2}n3 +1208 +1204 +3 replicate/);
});

test('a cluster of one has no peers to show', () => {
  assert.deepEqual(peersPanel.heights(sceneOf(healthy(1)), 80), []);
});

test('a long name of the cluster gives way, and the rest of the title stays', () => {
  const title = paintPlain(titleOf(sceneOf({ ...healthy(), cluster: 'c'.repeat(64) }), 60));
  assert.equal(title.length, 60);
  assert.match(title, /^leto-cluster c+… {2}term 2 {2}leader n1 {2}ready {2}1\.2\.3$/);
});

test('the help has a line for each key, and they fit on the lowest terminal', () => {
  const [head, ...lines] = textOf(helpLines(60));
  assert.match(head ?? '', /^help/);
  for (const { keys, help } of keyBindings) {
    const at = lines.findIndex((line) => line.includes(keys[0] ?? '') && line.includes(help));
    assert.ok(at >= 0 && at < rowsMin - 5, help);
  }
});
