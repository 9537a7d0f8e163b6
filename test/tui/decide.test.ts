import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClusterView, Intent } from '../../src/control/index.js';
import { nodeId } from '../../src/raft/index.js';
import { decide } from '../../src/tui/decide.js';
import { keyBindings } from '../../src/tui/key-bindings.js';
import { initialUi, type PanelName, panelNames, type UiState } from '../../src/tui/scene.js';
import type { UiDecision } from '../../src/tui/ui-decision.js';
import { change, healthy } from './fixtures.js';

const [n1, n2, n3] = ['n1', 'n2', 'n3'].map(nodeId) as [UiState['selected'], never, never];
const empty = { ...healthy(), nodes: [] };
const keyOf = (key: string) => (key === 'space' ? ' ' : key);

/** Presses the keys in turn and returns the decision of the last one. */
function press(keys: readonly string[], ui: Partial<UiState> = {}, view = healthy()): UiDecision {
  let decision: UiDecision = { type: 'update', ui: { ...initialUi, ...ui } };
  for (const key of keys) {
    assert.ok('ui' in decision);
    decision = decide(key, decision.ui, view);
  }
  return decision;
}

function uiAfter(keys: readonly string[], ui: Partial<UiState> = {}, view = healthy()): UiState {
  const decision = press(keys, ui, view);
  assert.equal(decision.type, 'update');
  return (decision as Extract<UiDecision, { type: 'update' }>).ui;
}

function intentAfter(keys: readonly string[], ui: Partial<UiState> = {}, view = healthy()): Intent {
  const decision = press(keys, ui, view);
  assert.equal(decision.type, 'dispatch');
  return (decision as Extract<UiDecision, { type: 'dispatch' }>).intent;
}

const cutBetween = (one: string, other: string): ClusterView => ({
  ...healthy(),
  links: [
    { from: nodeId(one), to: nodeId(other), cut: true, drop: 0, delayMs: 0, jitterMs: 0 },
    { from: nodeId(other), to: nodeId(one), cut: true, drop: 0, delayMs: 0, jitterMs: 0 },
  ],
});

test('in a cluster without nodes no key fails or targets a node', () => {
  for (const key of keyBindings.flatMap(({ keys }) => keys)) {
    const decision = decide(keyOf(key), initialUi, empty);
    if (decision.type !== 'dispatch') continue;
    const { intent } = decision;
    assert.ok(!('target' in intent) || intent.target === 'leader', JSON.stringify(intent));
  }
});

for (const [keys, intent] of [
  [['x'], { type: 'kill', target: 'n2' }],
  [['L'], { type: 'kill', target: 'leader' }],
  [['p'], { type: 'pause', target: 'n2' }],
  [['t'], { type: 'transfer', target: 'n2' }],
  [['s'], { type: 'snapshot', target: 'n2' }],
  [['a'], { type: 'add', learner: false }],
  [['A'], { type: 'add', learner: true }],
  [['P'], { type: 'promote', target: 'n2' }],
  [['d', 'y'], { type: 'remove', target: 'n2' }],
  [['c', '3'], { type: 'cut', from: 'n2', to: 'n3', oneWay: false }],
  [['c', 'Enter'], { type: 'cut', from: 'n2', to: 'n1', oneWay: false }],
  [['c', 'j', 'j', 'Enter'], { type: 'cut', from: 'n2', to: 'n3', oneWay: false }],
  [['c', 'j', 'k', 'k', 'Enter'], { type: 'cut', from: 'n2', to: 'n1', oneWay: false }],
  [['i'], { type: 'isolate', target: 'n2' }],
  [['h'], { type: 'heal' }],
  [['D', '3'], { type: 'disk', target: 'n2', fault: { type: 'full' } }],
  [['D', '↓', 'Enter'], { type: 'disk', target: 'n2', fault: { type: 'slow', delayMs: 100 } }],
  [['['], { type: 'speed', factor: 0.5 }],
  [[' '], { type: 'speed', factor: 0 }],
  [['T'], { type: 'align' }],
] as const) {
  test(`${keys.join(' ')} asks for ${JSON.stringify(intent)}`, () => {
    assert.deepEqual(intentAfter(keys, { selected: n2 }), intent);
  });
}

test('only a dead node is restarted, and the refusal names the state of any other', () => {
  for (const state of ['running', 'paused', 'starting'] as const) {
    const ui = uiAfter(['r'], {}, change(healthy(), 'n1', { state }));
    assert.match(ui.note?.text ?? '', new RegExp(`^n1 is ${state}: `));
  }
  const dead = change(healthy(), 'n1', { state: 'dead' });
  assert.deepEqual(intentAfter(['r'], {}, dead), { type: 'restart', target: 'n1' });
});

test('p resumes a paused node', () => {
  const paused = change(healthy(), 'n1', { state: 'paused' });
  assert.deepEqual(intentAfter(['p'], {}, paused), { type: 'resume', target: 'n1' });
});

test('killing the leader selects it, so that r restarts it', () => {
  const decision = press(['L'], { selected: n3 });
  assert.ok(decision.type === 'dispatch');
  assert.equal(decision.ui.selected, n1);
});

test('the keys that cut a link also heal it', () => {
  const view = cutBetween('n1', 'n3');
  assert.deepEqual(intentAfter(['c', '3'], {}, view), { type: 'heal', between: ['n1', 'n3'] });
  assert.equal(intentAfter(['c', '2'], {}, view).type, 'cut');
});

test('an isolated node is not isolated again', () => {
  const view = { ...cutBetween('n1', 'n2'), nodes: healthy().nodes.slice(0, 2) };
  assert.match(uiAfter(['i'], {}, view).note?.text ?? '', /already isolated; h heals all links/);
});

test('the only node of a cluster has no link to cut', () => {
  assert.match(uiAfter(['c'], {}, healthy(1)).note?.text ?? '', /n1 is the only node/);
});

test('only y confirms the removal of a node', () => {
  for (const key of ['n', 'Enter', 'Esc', 'Y', ' ']) {
    assert.equal(uiAfter(['d', key]).prompt, null, key);
  }
});

test('Esc cancels a choice, and the choice does not wrap', () => {
  assert.equal(uiAfter(['c', 'Esc']).prompt, null);
  assert.deepEqual(uiAfter(['D', 'k']).prompt, uiAfter(['D']).prompt);
  assert.deepEqual(uiAfter(['c', 'j', 'j']).prompt, uiAfter(['c', 'j']).prompt);
});

test('speed changes in steps, within its limits', () => {
  const at = (speed: number) => ({ ...healthy(), speed });
  const speedAfter = (key: string, speed: number) => intentAfter([key], {}, at(speed));
  assert.deepEqual(speedAfter('[', 0.05), { type: 'speed', factor: 0.02 });
  assert.deepEqual(speedAfter(']', 0.05), { type: 'speed', factor: 0.1 });
  assert.deepEqual(speedAfter('[', 0.3), { type: 'speed', factor: 0.2 });
  assert.deepEqual(speedAfter(']', 0), { type: 'speed', factor: 0.01 });
  assert.match(uiAfter([']']).note?.text ?? '', /1x is the limit/);
  assert.match(uiAfter(['['], {}, at(0.01)).note?.text ?? '', /0\.01x is the limit/);
  assert.match(uiAfter(['['], {}, at(0)).note?.text ?? '', /time is stopped/);
});

test('time resumes at the speed that it had before it was stopped', () => {
  const stopped = press([' '], {}, { ...healthy(), speed: 0.2 });
  assert.ok(stopped.type === 'dispatch');
  const on = decide(' ', stopped.ui, { ...healthy(), speed: 0 });
  assert.ok(on.type === 'dispatch');
  assert.deepEqual(on.intent, { type: 'speed', factor: 0.2 });
});

test('a step is possible only while time is stopped', () => {
  assert.match(uiAfter(['n']).note?.text ?? '', /press space to stop it/);
  assert.deepEqual(intentAfter(['n'], {}, { ...healthy(), speed: 0 }), { type: 'step', count: 1 });
});

test('digits jump to panels, and Tab cycles through them', () => {
  panelNames.forEach((panel, at) => {
    assert.equal(uiAfter([String(at + 1)]).focus, panel);
  });
  let ui = initialUi;
  for (const panel of [...panelNames.slice(1), 'nodes']) {
    ui = uiAfter(['Tab'], ui);
    assert.equal(ui.focus, panel);
  }
  assert.equal(uiAfter(['Shift-Tab']).focus, 'client');
  assert.equal(uiAfter(['3', '1']).lower, 'links');
});

test('arrows select a node in the nodes panel and scroll in others, within bounds', () => {
  assert.equal(uiAfter(['j']).selected, n2);
  const { length } = healthy().events;
  const scrollAfter = (...keys: readonly string[]) => uiAfter(['5', ...keys]).scroll.events;
  assert.equal(scrollAfter('k', '↑', 'j'), 1);
  assert.equal(scrollAfter('j'), 0);
  assert.equal(scrollAfter('g'), length);
  assert.equal(scrollAfter('PageUp', 'k'), length);
  assert.equal(scrollAfter('g', 'G'), 0);
  assert.equal(uiAfter(['2', '←', '←', '→']).scroll.log, 1);
});

for (const panel of panelNames) {
  test(`scrolling the panel ${panel} stays within its bounds`, () => {
    const ui = uiAfter(['g', 'PageUp', 'G', 'PageDown'], { focus: panel as PanelName });
    assert.equal(ui.scroll[panel], 0);
  });
}

test('+ and _ toggle the zoom, and Esc undoes one step at a time', () => {
  assert.ok(uiAfter(['+']).isZoomed && uiAfter(['_']).isZoomed);
  assert.ok(!uiAfter(['+', '+']).isZoomed);
  const deep = { focus: 'events', isZoomed: true, filter: 'x', scroll: { events: 2 } } as const;
  const { isZoomed } = uiAfter(['Esc'], deep);
  assert.equal(isZoomed, false);
  assert.equal(uiAfter(['Esc', 'Esc'], deep).scroll.events, 0);
  assert.equal(uiAfter(['Esc', 'Esc'], deep).filter, 'x');
  assert.equal(uiAfter(['Esc', 'Esc', 'Esc'], deep).filter, '');
});

test('a filter applies while it is typed; Enter keeps it, Esc clears it', () => {
  const typed = uiAfter(['/', 'w', 'o', 'n', 'x', 'Backspace']);
  assert.equal(typed.filter, 'won');
  assert.equal(typed.focus, 'events');
  assert.equal(uiAfter(['Enter'], typed).filter, 'won');
  assert.equal(uiAfter(['Enter'], typed).prompt, null);
  assert.equal(uiAfter(['Esc'], typed).filter, '');
  assert.equal(uiAfter(['Ctrl-U'], typed).filter, '');
  assert.equal(uiAfter(['Enter', '/', '!'], typed).filter, 'won!');
});

test('in the inspector the filter is a key prefix', () => {
  const typed = uiAfter(['6', '/', 'a', 'p']);
  assert.equal(typed.prefix, 'ap');
  assert.equal(typed.filter, '');
  assert.equal(uiAfter(['Enter', 'Esc'], typed).prefix, '');
});

test('a command goes to the selected node, and the client panel gets the focus', () => {
  const decision = press([':', ' ', 'g', 'e', 't', ' ', 'x', 'Enter'], { selected: n2 });
  assert.ok(decision.type === 'sendCommand');
  assert.equal(decision.node, 'n2');
  assert.equal(decision.command, 'get x');
  assert.equal(decision.ui.focus, 'client');
  assert.equal(decision.ui.prompt, null);
});

test('an empty command, and Backspace in an empty prompt, send nothing', () => {
  for (const keys of [['Enter'], [' ', 'Enter'], ['Backspace'], ['a', 'Esc']]) {
    assert.equal(uiAfter([':', ...keys]).prompt, null);
  }
});

test('arrows recall earlier commands and the typed draft', () => {
  const sent = ['a', 'b', 'b'].map((command) => ({
    node: nodeId('n1'),
    command,
    reply: [],
    isFailure: false,
  }));
  const textAfter = (...keys: readonly string[]) => {
    const { prompt } = uiAfter([':', 'x', ...keys], { transcript: sent });
    return prompt && 'text' in prompt ? prompt.text : null;
  };
  assert.equal(textAfter('↑'), 'b');
  assert.equal(textAfter('↑', '↑'), 'a');
  assert.equal(textAfter('↑', '↑', '↑'), 'a');
  assert.equal(textAfter('↑', '↑', '↓'), 'b');
  assert.equal(textAfter('↑', '↓', '↓'), 'x');
  assert.equal(textAfter('↑', 'c'), 'bc');
});

test('an open prompt takes all keys but Ctrl-C and Ctrl-L', () => {
  const { prompt } = uiAfter([':', 'x', 'L', 'q', '?', '1', 'Tab']);
  assert.equal(prompt && 'text' in prompt && prompt.text, 'xLq?1');
  assert.equal(press([':', 'Ctrl-C']).type, 'quit');
  assert.equal(press(['d', 'Ctrl-L']).type, 'redraw');
});

test('typed text has a maximum length', () => {
  const { prompt } = uiAfter([':', ...'x'.repeat(5000)]);
  assert.equal(prompt && 'text' in prompt && prompt.text.length, 4096);
});

test('w toggles background writes and resets their counts', () => {
  const on = uiAfter(['w'], { backgroundWrites: { isOn: false, acknowledged: 5, failed: 1 } });
  assert.deepEqual(on.backgroundWrites, { isOn: true, acknowledged: 0, failed: 0 });
  const writes = { isOn: true, acknowledged: 7, failed: 2 };
  assert.deepEqual(uiAfter(['w'], { backgroundWrites: writes }).backgroundWrites, {
    ...writes,
    isOn: false,
  });
});

test('while the help is open only its own keys, redraw and quit work', () => {
  const open = { ...initialUi, isHelpOpen: true };
  for (const { keys, action } of keyBindings) {
    const decision = decide(keyOf(keys[0] ?? ''), open, healthy());
    if (['help', 'back', 'up', 'down', 'redraw', 'quit'].includes(action)) continue;
    assert.deepEqual(decision, { type: 'update', ui: open }, action);
  }
  assert.equal(uiAfter(['?', 'j', 'j', 'k']).helpTop, 1);
  assert.equal(uiAfter(['?', 'k']).helpTop, 0);
  assert.equal(uiAfter(['?', '?']).isHelpOpen, false);
  assert.equal(uiAfter(['?', 'Esc']).isHelpOpen, false);
});
