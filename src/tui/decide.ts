/**
 * Decides how the UI responds to a key: a change of the UI state, an intent, a command or a request
 * to the terminal. It is pure; Controls carries the decision out. decide-prompt.ts handles keys
 * while a prompt is open, playback.ts while a recording is played.
 */

import { type ClusterView, leaderOf, type NodeView } from '../control/index.js';
import { decidePrompt } from './decide-prompt.js';
import { focusOn, focusOnNext } from './focus.js';
import { actionOf, type KeyAction } from './key-bindings.js';
import { isIsolated } from './links.js';
import { panelNames, selectedNode, type TextPrompt, type UiState } from './scene.js';
import { scrollBy } from './scroll.js';
import { fasterThan, slowerThan } from './speeds.js';
import { dispatchIntent, refuse, type UiDecision, updateUi } from './ui-decision.js';

/** Returns the decision for a key, by its name from keys.ts, in the given state. */
export function decide(key: string, ui: UiState, view: ClusterView): UiDecision {
  if (ui.prompt) return decidePrompt(key, ui, view);
  const action = actionOf(key);
  if (action === null) return updateUi(ui, {});
  if (ui.isHelpOpen) return decideInHelp(action, ui);
  return decisions[action](ui, view, key);
}

type Decide = (ui: UiState, view: ClusterView, key: string) => UiDecision;

const pageLines = 10;

const decisions: Readonly<Record<KeyAction, Decide>> = {
  up: (ui, view) => move(ui, view, -1),
  down: (ui, view) => move(ui, view, 1),
  left: (ui, view) => updateUi(scrollBy(ui, view, 1), {}),
  right: (ui, view) => updateUi(scrollBy(ui, view, -1), {}),
  pageUp: (ui, view) => updateUi(scrollBy(ui, view, pageLines), {}),
  pageDown: (ui, view) => updateUi(scrollBy(ui, view, -pageLines), {}),
  oldest: (ui, view) => updateUi(scrollBy(ui, view, Number.POSITIVE_INFINITY), {}),
  newest: (ui, view) => updateUi(scrollBy(ui, view, Number.NEGATIVE_INFINITY), {}),
  jump: (ui, _view, key) => updateUi(focusOn(ui, panelNames[Number(key) - 1] ?? ui.focus), {}),
  nextPanel: (ui) => updateUi(focusOnNext(ui, 1), {}),
  previousPanel: (ui) => updateUi(focusOnNext(ui, -1), {}),
  zoom: (ui) => updateUi(ui, { isZoomed: !ui.isZoomed }),
  kill: onSelectedNode((ui, { id }) => dispatchIntent(ui, { type: 'kill', target: id })),
  killLeader,
  restart: onSelectedNode(restart),
  pauseOrResume: onSelectedNode(pauseOrResume),
  transfer: onSelectedNode((ui, { id }) => dispatchIntent(ui, { type: 'transfer', target: id })),
  snapshot: onSelectedNode((ui, { id }) => dispatchIntent(ui, { type: 'snapshot', target: id })),
  add: (ui) => dispatchIntent(ui, { type: 'add', learner: false }),
  addLearner: (ui) => dispatchIntent(ui, { type: 'add', learner: true }),
  promote: onSelectedNode((ui, { id }) => dispatchIntent(ui, { type: 'promote', target: id })),
  remove: onSelectedNode((ui, { id }) => updateUi(ui, { prompt: { type: 'remove', node: id } })),
  cut: onSelectedNode(askForPeer),
  isolate: onSelectedNode(isolate),
  heal: (ui) => dispatchIntent(ui, { type: 'heal' }),
  disk: onSelectedNode(askForFault),
  slower: (ui, view) => setSpeed(ui, view, slowerThan(view.speed)),
  faster: (ui, view) => setSpeed(ui, view, fasterThan(view.speed)),
  stopTime,
  step,
  align: (ui) => dispatchIntent(ui, { type: 'align' }),
  backgroundWrites: toggleBackgroundWrites,
  command: (ui) => updateUi(ui, { prompt: { ...emptyPrompt, type: 'command' } }),
  filter: askForFilter,
  help: (ui) => updateUi(ui, { isHelpOpen: true, helpTop: 0 }),
  back: (ui) => updateUi(ui, goBack(ui)),
  redraw: () => ({ type: 'redraw' }),
  quit: () => ({ type: 'quit' }),
};

/** The keys that work while the help is open. Others do nothing. */
const decisionsInHelp: Partial<Record<KeyAction, (ui: UiState) => UiDecision>> = {
  help: (ui) => updateUi(ui, { isHelpOpen: false }),
  back: (ui) => updateUi(ui, { isHelpOpen: false }),
  redraw: () => ({ type: 'redraw' }),
  quit: () => ({ type: 'quit' }),
  up: (ui) => updateUi(ui, { helpTop: Math.max(0, ui.helpTop - 1) }),
  down: (ui) => updateUi(ui, { helpTop: ui.helpTop + 1 }),
};

function decideInHelp(action: KeyAction, ui: UiState): UiDecision {
  return decisionsInHelp[action]?.(ui) ?? updateUi(ui, {});
}

/** Applies `decideOn` to the selected node. Does nothing in a cluster without nodes. */
function onSelectedNode(
  decideOn: (ui: UiState, node: NodeView, view: ClusterView) => UiDecision,
): Decide {
  return (ui, view) => {
    const node = selectedNode(view, ui);
    return node ? decideOn(ui, node, view) : updateUi(ui, {});
  };
}

/** Moves the selection in panels with a row per node. Scrolls other panels, where up means back. */
function move(ui: UiState, view: ClusterView, step: 1 | -1): UiDecision {
  const hasNodeRows = ui.focus === 'nodes' || ui.focus === 'links' || ui.focus === 'log';
  if (!hasNodeRows) return updateUi(scrollBy(ui, view, -step), {});
  return updateUi(ui, { selected: neighbour(ui, view, step) });
}

/** Returns the next node without wrapping, so that a key held down stops at the end of the list. */
function neighbour(ui: UiState, view: ClusterView, step: 1 | -1): UiState['selected'] {
  const current = selectedNode(view, ui);
  const at = view.nodes.findIndex(({ id }) => id === current?.id);
  return (view.nodes[at + step] ?? current)?.id ?? null;
}

/** Kills the leader and selects it, so that `r` restarts it. */
function killLeader(ui: UiState, view: ClusterView): UiDecision {
  const selected = leaderOf(view)?.id ?? ui.selected;
  return dispatchIntent({ ...ui, selected }, { type: 'kill', target: 'leader' });
}

function restart(ui: UiState, { id, state }: NodeView): UiDecision {
  if (state === 'dead') return dispatchIntent(ui, { type: 'restart', target: id });
  return refuse(ui, `${id} is ${state}: only a dead node can be restarted; x kills it`);
}

function pauseOrResume(ui: UiState, { id, state }: NodeView): UiDecision {
  return dispatchIntent(ui, { type: state === 'paused' ? 'resume' : 'pause', target: id });
}

function askForPeer(ui: UiState, { id }: NodeView, { nodes }: ClusterView): UiDecision {
  const options = nodes.map((node) => node.id).filter((other) => other !== id);
  if (options.length === 0) return refuse(ui, `${id} is the only node: there is no link to cut`);
  return updateUi(ui, { prompt: { type: 'cut', node: id, options, at: 0 } });
}

function isolate(ui: UiState, { id }: NodeView, view: ClusterView): UiDecision {
  if (isIsolated(view, id)) return refuse(ui, `${id} is already isolated; h heals all links`);
  return dispatchIntent(ui, { type: 'isolate', target: id });
}

const diskFaults = ['ok', 'slow', 'full', 'failing', 'lying'];

function askForFault(ui: UiState, { id }: NodeView): UiDecision {
  return updateUi(ui, { prompt: { type: 'disk', node: id, options: diskFaults, at: 0 } });
}

function setSpeed(ui: UiState, view: ClusterView, factor: number): UiDecision {
  if (factor !== view.speed) return dispatchIntent(ui, { type: 'speed', factor });
  const why = factor === 0 ? 'time is stopped; ] starts it slowly' : `${factor}x is the limit`;
  return refuse(ui, why);
}

function stopTime(ui: UiState, { speed }: ClusterView): UiDecision {
  if (speed === 0) return dispatchIntent(ui, { type: 'speed', factor: ui.speedBefore });
  return dispatchIntent({ ...ui, speedBefore: speed }, { type: 'speed', factor: 0 });
}

function step(ui: UiState, { speed }: ClusterView): UiDecision {
  if (speed === 0) return dispatchIntent(ui, { type: 'step', count: 1 });
  return refuse(ui, 'time is running; press space to stop it, then n to step');
}

function toggleBackgroundWrites(ui: UiState): UiDecision {
  const backgroundWrites = ui.backgroundWrites.isOn
    ? { ...ui.backgroundWrites, isOn: false }
    : { isOn: true, acknowledged: 0, failed: 0 };
  return updateUi(ui, { backgroundWrites });
}

const emptyPrompt: Omit<TextPrompt, 'type'> = { text: '', draft: '', historyOffset: 0 };

/**
 * In the inspector the filter is a prefix of the keys. In any other panel it filters the events.
 */
function askForFilter(ui: UiState): UiDecision {
  const isInspector = ui.focus === 'inspector';
  const text = isInspector ? ui.prefix : ui.filter;
  const prompt = { ...emptyPrompt, type: isInspector ? 'prefix' : 'filter', text } as const;
  return updateUi(isInspector ? ui : focusOn(ui, 'events'), { prompt });
}

function goBack(ui: UiState): Partial<UiState> {
  if (ui.isZoomed) return { isZoomed: false };
  if (ui.scroll[ui.focus]) return { scroll: { ...ui.scroll, [ui.focus]: 0 } };
  if (ui.focus === 'inspector') return { prefix: '' };
  return ui.focus === 'events' ? { filter: '' } : {};
}
