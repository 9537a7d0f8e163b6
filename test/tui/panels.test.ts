import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventLines } from '../../src/tui/events-panel.js';
import { helpLines } from '../../src/tui/help.js';
import { hintsOf } from '../../src/tui/hint-line.js';
import { keyBindings } from '../../src/tui/key-bindings.js';
import { nodeLines } from '../../src/tui/nodes-panel.js';
import { type Line, paintPlain } from '../../src/tui/paint.js';
import { initialUi, panelNames, type Scene, type UiState } from '../../src/tui/scene.js';
import { statusLines } from '../../src/tui/status-line.js';
import { titleOf } from '../../src/tui/title-line.js';
import { change, crash, healthy, makeEvent, makeReport } from './fixtures.js';

process.env.TZ = 'UTC';

function sceneOf(view: Scene['view'], ui: Partial<UiState> = {}): Scene {
  return { view, ui: { ...initialUi, ...ui }, version: '1.2.3', quitMode: 'stop', nowMs: 0 };
}

const sceneWith = (...events: Scene['view']['events']) => sceneOf({ ...healthy(), events });
const textOf = (lines: readonly Line[]) => lines.map(paintPlain);

test('the newest events are shown, with the oldest of them on top', () => {
  const events = [1, 2, 3, 4, 5].map((second) => makeEvent(second, `n${second}`, 'started'));
  const lines = textOf(eventLines(sceneWith(...events), 40, 4)).slice(1);
  assert.deepEqual(lines, ['03:04:03 n3 started', '03:04:04 n4 started', '03:04:05 n5 started']);
});

test('an event is shown in full or not at all, except the newest', () => {
  const long = makeEvent(1, null, 'ready');
  const short = makeEvent(2, 'n1', 'started');
  assert.deepEqual(textOf(eventLines(sceneWith(long, short), 50, 3)).slice(1), [
    '03:04:02 n1 started',
  ]);
  assert.deepEqual(textOf(eventLines(sceneWith(short, long), 50, 2)).slice(1), [
    '03:04:01 cluster ready: every node has applied th…',
  ]);
});

test('one row shows only the newest event, and nothing before the first', () => {
  const events = [makeEvent(1, 'n1', 'started'), makeEvent(2, 'n2', 'started')];
  assert.deepEqual(textOf(eventLines(sceneWith(...events), 40, 1)), ['03:04:02 n2 started']);
  assert.deepEqual(eventLines(sceneWith(), 40, 1), []);
});

test('control characters in an event do not corrupt the screen', () => {
  const event = makeEvent(1, 'n1', 'crashed', { reason: 'a\n\x1b[2Jb' });
  assert.deepEqual(textOf(eventLines(sceneWith(event), 60, 2)).slice(1), [
    '03:04:01 n1 crashed: a [2Jb',
  ]);
});

test('large indexes leave id, role and term in place', () => {
  const huge = makeReport({ lastLogIndex: 123_456_789_012 as never });
  const view = change(healthy(), 'n2', { report: huge });
  for (const columns of [60, 80, 120]) {
    const line = textOf(nodeLines(sceneOf(view), columns, 1))[2] ?? '';
    assert.match(line, /^ {2}n2 .*● follower +(n1 +)?2 n1 .*123456789012/);
  }
});

test('a dead node without a reason shows its last report', () => {
  const view = change(healthy(), 'n2', { state: 'dead' });
  assert.match(textOf(nodeLines(sceneOf(view), 80, 1))[2] ?? '', /✗ dead .* 1207 +1206 +1206/);
});

test('a reason takes at most the given number of lines', () => {
  const nodes = crash().nodes.length;
  assert.equal(nodeLines(sceneOf(crash()), 80, 1).length, nodes + 1);
  assert.equal(nodeLines(sceneOf(crash()), 80, 3).length, nodes + 3);
});

test('control characters in a reason do not corrupt the screen', () => {
  const view = change(healthy(), 'n2', { state: 'dead', error: 'a\n\x1b[2Jb' });
  assert.match(textOf(nodeLines(sceneOf(view), 80, 1))[2] ?? '', /dead +crashed: a \[2Jb$/);
});

test('a long cluster name is cut and the rest of the title stays', () => {
  const title = paintPlain(titleOf(sceneOf({ ...healthy(), cluster: 'c'.repeat(64) }), 60));
  assert.equal(title.length, 60);
  assert.match(title, /^leto-cluster c+… {2}term 2 {2}leader n1 {2}ready {2}1\.2\.3$/);
});

test('a filter matches events with all its words, in any order and case', () => {
  const events = [
    makeEvent(1, 'n1', 'started'),
    makeEvent(2, 'n2', 'killed'),
    makeEvent(3, 'n3', 'crashed', { reason: 'a (b' }),
  ];
  const found = (filter: string) => {
    const scene = sceneOf({ ...healthy(), events }, { filter });
    return textOf(eventLines(scene, 60, 9)).slice(1);
  };
  assert.deepEqual(found('killed N2'), ['03:04:02 n2 was killed']);
  assert.equal(found(' ').length, 3);
  assert.deepEqual(found('n[12]'), []);
  assert.deepEqual(found('KILLED'), ['03:04:02 n2 was killed']);
  assert.deepEqual(found('(b'), ['03:04:03 n3 crashed: a (b']);
  assert.deepEqual(found('nobody'), []);
});

test('the heading of the events shows the filter and how far they are scrolled back', () => {
  const events = [1, 2, 3, 4].map((second) => makeEvent(second, `n1${second}`, 'started'));
  const ui = { filter: 'n1', scroll: { events: 1 }, focus: 'events' } as const;
  const lines = textOf(eventLines(sceneOf({ ...healthy(), events }, ui), 60, 3));
  assert.match(lines[0] ?? '', /^▶5 events matching n1, 1 back ─/);
  assert.deepEqual(lines.slice(1), ['03:04:02 n12 started', '03:04:03 n13 started']);
  const oldest = { ...ui, scroll: { events: 4 } };
  const top = textOf(eventLines(sceneOf({ ...healthy(), events }, oldest), 60, 3));
  assert.deepEqual(top.slice(1), ['03:04:01 n11 started', '03:04:02 n12 started']);
});

test('the title shows a speed other than 1 and the background writes', () => {
  const titleAt = (speed: number, backgroundWrites: Partial<UiState['backgroundWrites']> = {}) => {
    const ui = { backgroundWrites: { ...initialUi.backgroundWrites, ...backgroundWrites } };
    return paintPlain(titleOf(sceneOf({ ...healthy(), speed }, ui), 100));
  };
  assert.doesNotMatch(titleAt(1), /x|TIME|writ|wrote/);
  assert.match(titleAt(0.05), / 0\.05x /);
  assert.match(titleAt(0), / TIME STOPPED /);
  assert.match(titleAt(1, { isOn: true }), / writing 0 /);
  assert.match(titleAt(1, { isOn: true, acknowledged: 4, failed: 2 }), / writing 4 failed 2 /);
  assert.match(titleAt(1, { acknowledged: 4 }), / wrote 4 /);
});

test('followers show their election timer, and the leader has none', () => {
  const lines = textOf(nodeLines(sceneOf(healthy()), 120, 1));
  assert.match(lines[2] ?? '', /n2 .* ██████▌··· /);
  assert.doesNotMatch(lines[1] ?? '', /[█·]/);
  const dead = change(healthy(), 'n2', { state: 'dead' });
  assert.doesNotMatch(textOf(nodeLines(sceneOf(dead), 120, 1))[2] ?? '', /[█·]/);
});

test('a node shows its uptime', () => {
  const scene = { ...sceneOf(healthy()), nowMs: 3_723_000 };
  assert.match(textOf(nodeLines(scene, 120, 1))[1] ?? '', / 1 h 2 min /);
});

test('the hints fit any width and always include help and quit', () => {
  for (const columns of [60, 80, 120, 200]) {
    const hints = paintPlain(hintsOf(sceneOf(healthy()), columns));
    assert.ok(hints.length <= columns, hints);
    assert.match(hints, /^↑↓ select .* \? help {2}q quit$/);
  }
});

test('while time is stopped the hints begin with the step key', () => {
  const hints = paintPlain(hintsOf(sceneOf({ ...healthy(), speed: 0 }), 60));
  assert.match(hints, /^n step {2}space resume/);
});

test('a prompt shows its options, the chosen one in brackets', () => {
  const options = ['n1', 'n3'];
  const cut = { type: 'cut', node: 'n2', options, at: 1 } as never;
  const text = (prompt: UiState['prompt']) =>
    textOf(statusLines(sceneOf(healthy(), { prompt }), 80, 1))
      .join('')
      .trimEnd();
  assert.equal(text(cut), 'cut or heal link n2 to:  n1  [n3]');
  const disk = { type: 'disk', node: 'n2', options: ['ok', 'slow'], at: 0 } as never;
  assert.equal(text(disk), 'set the disk of n2 to: [1 ok]  2 slow');
  assert.match(text({ type: 'remove', node: 'n2' } as never), /^remove n2 .*\(y\/N\) _$/);
});

test('the end of a long command stays visible', () => {
  const prompt = {
    type: 'command',
    text: `a${'b'.repeat(98)}c`,
    draft: '',
    historyOffset: 0,
  } as const;
  const [line = ''] = textOf(statusLines(sceneOf(healthy(), { prompt }), 60, 1));
  assert.equal(line.length, 60);
  assert.match(line, /^n1> …b+c_$/);
});

for (const focus of panelNames) {
  test(`the help of the panel ${focus} lists all keys, its own first, and scrolls to the end`, () => {
    const whole = textOf(helpLines(sceneOf(healthy(), { focus }), 60, 99));
    const inAnyPanel = whole.findIndex((line) => line.startsWith('in any panel:'));
    assert.match(whole[1] ?? '', new RegExp(`^${focus}: `));
    for (const { keys, help, panels } of keyBindings) {
      const at = whole.findIndex((line) => line.includes(`  ${keys[0]}`) && line.includes(help));
      assert.equal(at > inAnyPanel, !panels.includes(focus), `${keys[0]} ${help}`);
    }
    const low = helpLines(sceneOf(healthy(), { focus, helpTop: 999 }), 60, 11);
    assert.equal(low.length, 11);
    assert.equal(paintPlain(low.at(-1) ?? []), whole.at(-1));
    assert.match(textOf(helpLines(sceneOf(healthy(), { focus }), 60, 11))[0] ?? '', /for more/);
    assert.doesNotMatch(paintPlain(low[0] ?? []), /for more/);
  });
}
