import assert from 'node:assert/strict';
import { test } from 'node:test';
import { helpLines } from '../../src/tui/help.js';
import { hintsOf } from '../../src/tui/hint-line.js';
import { keyBindings } from '../../src/tui/key-bindings.js';
import type { Line } from '../../src/tui/paint.js';
import { decideInPlayback, isViewOnly, playbackKeys } from '../../src/tui/playback.js';
import { initialUi, type Scene, type UiState } from '../../src/tui/scene.js';
import { titleOf } from '../../src/tui/title-line.js';
import type { Playback } from '../../src/tui/tui-options.js';
import { healthy } from './fixtures.js';

/** Records the calls that it gets. */
class FakePlayback implements Playback {
  readonly calls: string[] = [];
  statusText = () => 'REPLAY 0:34 / 2:10';
  nowMs = () => 0;
  playOrPause = () => this.#tell('playOrPause');
  faster = () => this.#tell('faster');
  slower = () => this.#tell('slower');
  moveBy = (ms: number) => this.#tell(`moveBy ${ms}`);
  toStart = () => this.#tell('toStart');
  toEnd = () => this.#tell('toEnd');
  toNextEvent = () => this.#tell('toNextEvent');

  #tell(what: string): void {
    this.calls.push(what);
  }
}

function press(key: string, ui: UiState = initialUi) {
  const playback = new FakePlayback();
  const decision = decideInPlayback(key, ui, healthy(), playback);
  return { calls: playback.calls, decision };
}

const keys: readonly (readonly [key: string, does: string])[] = [
  [' ', 'playOrPause'],
  ['n', 'toNextEvent'],
  ['←', 'moveBy -1000'],
  [',', 'moveBy -1000'],
  ['→', 'moveBy 1000'],
  ['.', 'moveBy 1000'],
  ['PageUp', 'moveBy -10000'],
  ['PageDown', 'moveBy 10000'],
  ['[', 'slower'],
  [']', 'faster'],
  ['g', 'toStart'],
  ['Home', 'toStart'],
  ['G', 'toEnd'],
  ['End', 'toEnd'],
];

for (const [key, does] of keys) {
  test(`in a recording ${JSON.stringify(key)} does ${does}`, () => {
    assert.deepEqual(press(key).calls, [does]);
  });
}

test('these tests cover all playback keys', () => {
  const named = playbackKeys.flatMap((one) => one.keys).map((key) => key.replace('space', ' '));
  assert.deepEqual(named.sort(), keys.map(([key]) => key).sort());
});

test('every key that would act on a cluster says that this is a recording', () => {
  const taken = new Set(keys.map(([key]) => key));
  const acting = keyBindings.filter(({ action }) => !isViewOnly(action)).flatMap((one) => one.keys);
  const tried = acting.filter((key) => !taken.has(key) && key !== 'space');
  assert.ok(tried.length > 15);
  for (const key of tried) {
    const { calls, decision } = press(key);
    assert.deepEqual(calls, []);
    assert.ok(decision.type === 'update', key);
    assert.match(decision.ui.note?.text ?? '', /this is a recording/, key);
    assert.equal(decision.ui.prompt, null);
    assert.equal(decision.ui.backgroundWrites.isOn, false);
  }
});

test('keys that only change the display work as in a live cluster', () => {
  const { decision } = press('j');
  assert.equal(decision.type === 'update' && decision.ui.selected, 'n2');
  assert.deepEqual(press('q').decision, { type: 'quit' });
});

test('keys typed into a prompt do not control the playback', () => {
  const filter: UiState = {
    ...initialUi,
    prompt: { type: 'filter', text: '', draft: '', historyOffset: 0 },
  };
  const { calls, decision } = press('n', filter);
  assert.deepEqual(calls, []);
  assert.equal(decision.type === 'update' && decision.ui.filter, 'n');
});

test('title, hints and help show that this is a recording', () => {
  const scene: Scene = {
    view: healthy(),
    ui: initialUi,
    version: '1.2.3',
    quitMode: 'detach',
    nowMs: 0,
    playback: 'REPLAY 0:34 / 2:10',
  };
  const textOf = (line: Line) => line.map(({ text }) => text).join('');
  assert.match(
    textOf(titleOf(scene, 80)),
    /^leto-cluster default {2}REPLAY 0:34 \/ 2:10 {2}term 2/,
  );
  assert.match(textOf(hintsOf(scene, 80)), /space pause .*n next event .*q quit/);
  const help = helpLines(scene, 80, 24).map(textOf).join('\n');
  assert.match(help, /back one second/);
  assert.doesNotMatch(help, /kill|running/);
});
