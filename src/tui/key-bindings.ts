/** The keys, the actions they stand for, and their texts. decide.ts says what the actions do. */

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
  /** The text in the help: 25 columns at most. */
  readonly help: string;
  /** The panels whose help lists this key first. */
  readonly panels: readonly PanelName[];
  /** The text in the hint line, beginning with the key. Without it the key is only in the help. */
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
  bind('x', 'kill', 'kill the selected node', panels.nodes, 'x kill'),
  bind('r', 'restart', 'restart the selected node', panels.nodes, 'r restart'),
  bind('L', 'killLeader', 'kill the leader', panels.nodes, 'L kill leader'),
  bind('p', 'pauseOrResume', 'pause or resume the node', panels.nodes, 'p pause'),
  bind('t', 'transfer', 'transfer leadership to it', panels.nodes),
  bind('s', 'snapshot', 'make it take a snapshot', panels.nodes),
  bind('a', 'add', 'add a node', panels.nodes),
  bind('A', 'addLearner', 'add a learner', panels.nodes),
  bind('P', 'promote', 'promote learner to voter', panels.nodes),
  bind('d', 'remove', 'remove node (asks first)', panels.nodes),
  bind('c', 'cut', 'cut or heal one link', panels.links, 'c cut'),
  bind('i', 'isolate', 'isolate from all others', panels.links, 'i isolate'),
  bind('h', 'heal', 'heal all links', panels.links, 'h heal'),
  bind('D', 'disk', 'set or clear a disk fault', panels.nodes),
  bind('1 2 3 4 5 6 7', 'jump', 'go to that panel'),
  bind('Tab', 'nextPanel', 'go to the next panel', [], 'Tab next'),
  bind('Shift-Tab', 'previousPanel', 'go to the previous panel'),
  bind('+ _', 'zoom', 'zoom this panel in or out', [], '+ zoom'),
  bind('space', 'stopTime', 'stop or resume time', panels.time, 'space stop time'),
  bind('n', 'step', 'run the next held event', panels.time),
  bind('[', 'slower', 'slow time down', panels.time),
  bind(']', 'faster', 'speed time up', panels.time),
  bind('T', 'align', 'align election timers', panels.time),
  bind('w', 'backgroundWrites', 'background writes on/off', ['client'], 'w write'),
  bind(':', 'command', 'send it a Redis command', ['client'], ': command'),
  bind('/', 'filter', 'filter (inspector: keys)', ['events', 'inspector']),
  bind('PageUp', 'pageUp', 'scroll up by ten', scrolling),
  bind('PageDown', 'pageDown', 'scroll down by ten', scrolling),
  bind('←', 'left', 'earlier entries', ['log']),
  bind('→', 'right', 'later entries', ['log']),
  bind('g Home', 'oldest', 'go to the oldest', scrolling),
  bind('G End', 'newest', 'go to the newest', scrolling),
  bind('?', 'help', 'open or close this help', [], '? help'),
  bind('Esc', 'back', 'close help, zoom, filter'),
  bind('Ctrl-L', 'redraw', 'redraw the screen'),
  bind('q Ctrl-C', 'quit', 'quit', [], 'q quit'),
];

const actions = new Map(
  keyBindings.flatMap(({ keys, action }) =>
    keys.map((key) => [key === 'space' ? ' ' : key, action] as const),
  ),
);

/** Returns the action of a key by its name from keys.ts, or null when it has none. */
export function actionOf(key: string): KeyAction | null {
  return actions.get(key) ?? null;
}
