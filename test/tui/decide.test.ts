import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leaderOf } from '../../src/control/index.js';
import { nodeId } from '../../src/raft/index.js';
import { decide } from '../../src/tui/decide.js';
import { keyBindings } from '../../src/tui/keys.js';
import { firstUi } from '../../src/tui/scene.js';
import { change, healthy } from './fixtures.js';

const empty = { ...healthy(), nodes: [] };

test('in a cluster without nodes no action fails, and none is about a node', () => {
  for (const { action } of keyBindings) {
    const outcome = decide(action, firstUi, empty);
    if (outcome.type !== 'dispatch') continue;
    assert.deepEqual(outcome.intent, { type: 'kill', target: 'leader' });
  }
});

test('only a dead node is restarted: a paused or a starting one is named as such', () => {
  for (const state of ['running', 'paused', 'starting'] as const) {
    const outcome = decide('restartSelected', firstUi, change(healthy(), 'n1', { state }));
    assert.ok(outcome.type === 'show');
    assert.match(outcome.ui.note?.text ?? '', new RegExp(`^n1 is ${state}: `));
  }
  const outcome = decide('restartSelected', firstUi, change(healthy(), 'n1', { state: 'dead' }));
  const intent = { type: 'restart', target: 'n1' };
  assert.deepEqual(outcome, { type: 'dispatch', intent, ui: firstUi });
});

test('who kills the leader has it selected, so that r brings it back', () => {
  const outcome = decide('killLeader', { ...firstUi, selected: nodeId('n3') }, healthy());
  assert.ok(outcome.type === 'dispatch');
  assert.deepEqual(outcome.intent, { type: 'kill', target: 'leader' });
  assert.equal(outcome.ui.selected, leaderOf(healthy())?.id);
});

test('with the help open only the keys of the help and of the screen work', () => {
  const ui = { ...firstUi, isHelpOpen: true };
  const working = keyBindings
    .map(({ action }) => action)
    .filter((action) => {
      const outcome = decide(action, ui, healthy());
      return outcome.type !== 'show' || !outcome.ui.isHelpOpen;
    });
  assert.deepEqual(working, ['toggleHelp', 'closeHelp', 'redraw', 'quit']);
});
