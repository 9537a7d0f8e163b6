import type { PanelName } from './scene.js';

export type KeyAction =
  | 'up'
  | 'down'
  | 'left'
  | 'right'
  | 'pageUp'
  | 'pageDown'
  | 'oldest'
  | 'newest'
  | 'jump'
  | 'nextPanel'
  | 'previousPanel'
  | 'zoom'
  | 'kill'
  | 'killLeader'
  | 'restart'
  | 'pauseOrResume'
  | 'transfer'
  | 'snapshot'
  | 'add'
  | 'addLearner'
  | 'promote'
  | 'remove'
  | 'cut'
  | 'isolate'
  | 'heal'
  | 'disk'
  | 'slower'
  | 'faster'
  | 'stopTime'
  | 'step'
  | 'align'
  | 'backgroundWrites'
  | 'command'
  | 'filter'
  | 'help'
  | 'back'
  | 'redraw'
  | 'quit';

export interface KeyBinding {
  readonly keys: readonly string[];
  readonly action: KeyAction;
  /** What the help says. */
  readonly help: string;
  /** The panels whose help tells it first. */
  readonly panels: readonly PanelName[];
  /** What the bottom line says, a key first; without it the key is only in the help. */
  readonly hint?: string;
}

function bind(
  keys: string,
  action: KeyAction,
  help: string,
  panels: readonly PanelName[] = [],
  hint?: string,
): KeyBinding {
  return { keys: keys.split(' '), action, help, panels, ...(hint === undefined ? {} : { hint }) };
}

const scrolling: readonly PanelName[] = ['log', 'messages', 'events', 'inspector', 'client'];
const panels = { nodes: ['nodes'], links: ['links', 'nodes'], time: ['messages'] } as const;

export const keyBindings: readonly KeyBinding[] = [
  bind('↑ k', 'up', 'select or scroll up', ['nodes', ...scrolling]),
  bind('↓ j', 'down', 'select or scroll down', ['nodes', ...scrolling], '↑↓ select'),
  bind('x', 'kill', 'kill the selected', panels.nodes, 'x kill'),
  bind('r', 'restart', 'restart the selected', panels.nodes, 'r restart'),
  bind('L', 'killLeader', 'kill the leader', panels.nodes, 'L kill leader'),
  bind('p', 'pauseOrResume', 'pause it, or resume', panels.nodes, 'p pause'),
  bind('t', 'transfer', 'let the selected lead', panels.nodes),
  bind('s', 'snapshot', 'snapshot of the selected', panels.nodes),
  bind('a', 'add', 'add a node', panels.nodes),
  bind('A', 'addLearner', 'add a learner', panels.nodes),
  bind('P', 'promote', 'make the learner a voter', panels.nodes),
  bind('d', 'remove', 'remove the selected (asks)', panels.nodes),
  bind('c', 'cut', 'cut its link to another', panels.links, 'c cut'),
  bind('i', 'isolate', 'cut it from all others', panels.links, 'i isolate'),
  bind('h', 'heal', 'make all links whole', panels.links, 'h heal'),
  bind('D', 'disk', 'spoil or mend its disk', panels.nodes),
  bind('1 2 3 4 5 6 7', 'jump', 'go to the panel'),
  bind('Tab', 'nextPanel', 'go to the next panel', [], 'Tab next'),
  bind('Shift-Tab', 'previousPanel', 'go to the one before'),
  bind('+ _', 'zoom', 'this panel alone, or all', [], '+ zoom'),
  bind('space', 'stopTime', 'stop time, or go on', panels.time, 'space stop'),
  bind('n', 'step', 'one step of stopped time', panels.time),
  bind('[', 'slower', 'slower', panels.time),
  bind(']', 'faster', 'faster', panels.time),
  bind('T', 'align', 'all elections at one time', panels.time),
  bind('w', 'backgroundWrites', 'a few writes a second', ['client'], 'w write'),
  bind(':', 'command', 'send it a Redis command', ['client'], ': command'),
  bind('/', 'filter', 'filter (inspector: keys)', ['events', 'inspector']),
  bind('PageUp', 'pageUp', 'scroll up by ten', scrolling),
  bind('PageDown', 'pageDown', 'scroll down by ten', scrolling),
  bind('←', 'left', 'earlier entries', ['log']),
  bind('→', 'right', 'later entries', ['log']),
  bind('g Home', 'oldest', 'to the oldest', scrolling),
  bind('G End', 'newest', 'to the newest', scrolling),
  bind('?', 'help', 'this help, and back', [], '? help'),
  bind('Esc', 'back', 'back: help, zoom, filter'),
  bind('Ctrl-L', 'redraw', 'draw the screen again'),
  bind('q Ctrl-C', 'quit', 'quit', [], 'q quit'),
];

const actions = new Map(
  keyBindings.flatMap(({ keys, action }) =>
    keys.map((key) => [key === 'space' ? ' ' : key, action] as const),
  ),
);

export function actionOf(key: string): KeyAction | null {
  return actions.get(key) ?? null;
}
