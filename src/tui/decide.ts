import { type ClusterView, leaderOf, type NodeView } from '../control/index.js';
import { decidePrompt } from './decide-prompt.js';
import { focusOn, focusOnNext } from './focus.js';
import { type Action, actionOf } from './key-bindings.js';
import { isIsolated } from './links.js';
import { dispatch, type Outcome, refuse, show } from './outcome.js';
import { panelNames, selectedNode, type TextPrompt, type Ui } from './scene.js';
import { scrollBy } from './scroll.js';
import { fasterThan, slowerThan } from './speeds.js';

/** What a key leads to. */
export function decide(key: string, ui: Ui, view: ClusterView): Outcome {
  if (ui.prompt) return decidePrompt(key, ui, view);
  const action = actionOf(key);
  if (action === null) return show(ui, {});
  if (ui.isHelpOpen) return decideInHelp(action, ui);
  return decisions[action](ui, view, key);
}

type Decide = (ui: Ui, view: ClusterView, key: string) => Outcome;

const pageLines = 10;

const decisions: Readonly<Record<Action, Decide>> = {
  up: (ui, view) => move(ui, view, -1),
  down: (ui, view) => move(ui, view, 1),
  left: (ui, view) => show(scrollBy(ui, view, 1), {}),
  right: (ui, view) => show(scrollBy(ui, view, -1), {}),
  pageUp: (ui, view) => show(scrollBy(ui, view, pageLines), {}),
  pageDown: (ui, view) => show(scrollBy(ui, view, -pageLines), {}),
  oldest: (ui, view) => show(scrollBy(ui, view, Number.POSITIVE_INFINITY), {}),
  newest: (ui, view) => show(scrollBy(ui, view, Number.NEGATIVE_INFINITY), {}),
  jump: (ui, _view, key) => show(focusOn(ui, panelNames[Number(key) - 1] ?? ui.focus), {}),
  nextPanel: (ui) => show(focusOnNext(ui, 1), {}),
  previousPanel: (ui) => show(focusOnNext(ui, -1), {}),
  zoom: (ui) => show(ui, { isZoomed: !ui.isZoomed }),
  kill: about((ui, { id }) => dispatch(ui, { type: 'kill', target: id })),
  killLeader,
  restart: about(restart),
  pauseOrResume: about(pauseOrResume),
  transfer: about((ui, { id }) => dispatch(ui, { type: 'transfer', target: id })),
  snapshot: about((ui, { id }) => dispatch(ui, { type: 'snapshot', target: id })),
  add: (ui) => dispatch(ui, { type: 'add', learner: false }),
  addLearner: (ui) => dispatch(ui, { type: 'add', learner: true }),
  promote: about((ui, { id }) => dispatch(ui, { type: 'promote', target: id })),
  remove: about((ui, { id }) => show(ui, { prompt: { type: 'remove', node: id } })),
  cut: about(askForOther),
  isolate: about(isolate),
  heal: (ui) => dispatch(ui, { type: 'heal' }),
  disk: about(askForFault),
  slower: (ui, view) => setSpeed(ui, view, slowerThan(view.speed)),
  faster: (ui, view) => setSpeed(ui, view, fasterThan(view.speed)),
  stopTime,
  step,
  align: (ui) => dispatch(ui, { type: 'align' }),
  trickle: toggleTrickle,
  command: (ui) => show(ui, { prompt: { ...emptyPrompt, type: 'command' } }),
  filter: askForFilter,
  help: (ui) => show(ui, { isHelpOpen: true, helpTop: 0 }),
  back: (ui) => show(ui, oneBack(ui)),
  redraw: () => ({ type: 'redraw' }),
  quit: () => ({ type: 'quit' }),
};

/** While the help is open, every other key does nothing. */
const decisionsInHelp: Partial<Record<Action, (ui: Ui) => Outcome>> = {
  help: (ui) => show(ui, { isHelpOpen: false }),
  back: (ui) => show(ui, { isHelpOpen: false }),
  redraw: () => ({ type: 'redraw' }),
  quit: () => ({ type: 'quit' }),
  up: (ui) => show(ui, { helpTop: Math.max(0, ui.helpTop - 1) }),
  down: (ui) => show(ui, { helpTop: ui.helpTop + 1 }),
};

function decideInHelp(action: Action, ui: Ui): Outcome {
  return decisionsInHelp[action]?.(ui) ?? show(ui, {});
}

/** In a cluster without nodes there is nothing to do. */
function about(decideOn: (ui: Ui, node: NodeView, view: ClusterView) => Outcome): Decide {
  return (ui, view) => {
    const node = selectedNode(view, ui);
    return node ? decideOn(ui, node, view) : show(ui, {});
  };
}

/** Up is back, where the panel has no selection of its own. */
function move(ui: Ui, view: ClusterView, step: 1 | -1): Outcome {
  const isNodes = ui.focus === 'nodes' || ui.focus === 'links' || ui.focus === 'log';
  if (!isNodes) return show(scrollBy(ui, view, -step), {});
  return show(ui, { selected: neighbour(ui, view, step) });
}

/** The list does not turn round: a key held down ends at its edge. */
function neighbour(ui: Ui, view: ClusterView, step: 1 | -1): Ui['selected'] {
  const now = selectedNode(view, ui);
  const at = view.nodes.findIndex(({ id }) => id === now?.id);
  return (view.nodes[at + step] ?? now)?.id ?? null;
}

/** It is selected with that: the next key brings it back. */
function killLeader(ui: Ui, view: ClusterView): Outcome {
  const selected = leaderOf(view)?.id ?? ui.selected;
  return dispatch({ ...ui, selected }, { type: 'kill', target: 'leader' });
}

function restart(ui: Ui, { id, state }: NodeView): Outcome {
  if (state === 'dead') return dispatch(ui, { type: 'restart', target: id });
  return refuse(ui, `${id} is ${state}: only a dead node can be restarted; x kills it`);
}

function pauseOrResume(ui: Ui, { id, state }: NodeView): Outcome {
  return dispatch(ui, { type: state === 'paused' ? 'resume' : 'pause', target: id });
}

function askForOther(ui: Ui, { id }: NodeView, { nodes }: ClusterView): Outcome {
  const options = nodes.map((node) => node.id).filter((other) => other !== id);
  if (options.length === 0) return refuse(ui, `${id} is alone: there is no link to cut`);
  return show(ui, { prompt: { type: 'cut', node: id, options, at: 0 } });
}

function isolate(ui: Ui, { id }: NodeView, view: ClusterView): Outcome {
  if (isIsolated(view, id)) return refuse(ui, `${id} is isolated; h makes all links whole`);
  return dispatch(ui, { type: 'isolate', target: id });
}

const diskFaults = ['ok', 'slow', 'full', 'failing', 'lying'];

function askForFault(ui: Ui, { id }: NodeView): Outcome {
  return show(ui, { prompt: { type: 'disk', node: id, options: diskFaults, at: 0 } });
}

function setSpeed(ui: Ui, view: ClusterView, factor: number): Outcome {
  if (factor !== view.speed) return dispatch(ui, { type: 'speed', factor });
  const why = factor === 0 ? 'time stands still; ] lets it pass slowly' : `the limit is ${factor}x`;
  return refuse(ui, why);
}

function stopTime(ui: Ui, { speed }: ClusterView): Outcome {
  if (speed === 0) return dispatch(ui, { type: 'speed', factor: ui.speedBefore });
  return dispatch({ ...ui, speedBefore: speed }, { type: 'speed', factor: 0 });
}

function step(ui: Ui, { speed }: ClusterView): Outcome {
  if (speed === 0) return dispatch(ui, { type: 'step', count: 1 });
  return refuse(ui, 'time passes by itself; space stops it, then n steps');
}

function toggleTrickle(ui: Ui): Outcome {
  const trickle = ui.trickle.isOn
    ? { ...ui.trickle, isOn: false }
    : { isOn: true, acknowledged: 0, failed: 0 };
  return show(ui, { trickle });
}

const emptyPrompt: Omit<TextPrompt, 'type'> = { text: '', typed: '', back: 0 };

/** In the inspector it is the keys that are filtered, by prefix; anywhere else the events. */
function askForFilter(ui: Ui): Outcome {
  const isInspector = ui.focus === 'inspector';
  const text = isInspector ? ui.prefix : ui.filter;
  const prompt = { ...emptyPrompt, type: isInspector ? 'prefix' : 'filter', text } as const;
  return show(isInspector ? ui : focusOn(ui, 'events'), { prompt });
}

function oneBack(ui: Ui): Partial<Ui> {
  if (ui.isZoomed) return { isZoomed: false };
  if (ui.scroll[ui.focus]) return { scroll: { ...ui.scroll, [ui.focus]: 0 } };
  if (ui.focus === 'inspector') return { prefix: '' };
  return ui.focus === 'events' ? { filter: '' } : {};
}
