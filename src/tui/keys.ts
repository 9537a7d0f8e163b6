export type Action =
  | 'selectPrevious'
  | 'selectNext'
  | 'killSelected'
  | 'killLeader'
  | 'restartSelected'
  | 'toggleHelp'
  | 'closeHelp'
  | 'redraw'
  | 'quit';

export interface KeyBinding {
  readonly keys: readonly string[];
  readonly action: Action;
  /** What the help says. */
  readonly help: string;
  /** What the bottom line says, a key first; without it the key is only in the help. */
  readonly hint?: string;
}

export const keyBindings: readonly KeyBinding[] = [
  { keys: ['↑', 'k'], action: 'selectPrevious', help: 'select the node above' },
  { keys: ['↓', 'j'], action: 'selectNext', help: 'select the node below', hint: '↑↓ select' },
  { keys: ['x'], action: 'killSelected', help: 'kill the selected node, at once', hint: 'x kill' },
  { keys: ['L'], action: 'killLeader', help: 'kill the leader', hint: 'L kill leader' },
  { keys: ['r'], action: 'restartSelected', help: 'restart the selected node', hint: 'r restart' },
  { keys: ['?'], action: 'toggleHelp', help: 'this help, and back', hint: '? help' },
  { keys: ['Esc'], action: 'closeHelp', help: 'close the help' },
  { keys: ['Ctrl-L'], action: 'redraw', help: 'draw the screen again' },
  { keys: ['q', 'Ctrl-C'], action: 'quit', help: 'stop the cluster and quit', hint: 'q quit' },
];

const actions = new Map(
  keyBindings.flatMap(({ keys, action }) => keys.map((key) => [key, action] as const)),
);

/** As much at once is a paste, and no one's wish to kill a node for each x in it. */
const keysAtOnceMax = 32;

/** What ink's `useInput` tells of a key; only what matters here. */
export interface KeyPress {
  readonly upArrow: boolean;
  readonly downArrow: boolean;
  readonly escape: boolean;
  readonly ctrl: boolean;
  readonly meta: boolean;
}

/** One read may hold several keys, when they come fast or from a script. */
export function actionsFor(input: string, press: KeyPress): Action[] {
  if (input.length > keysAtOnceMax) return [];
  return keyNames(input, press).flatMap((name) => actions.get(name) ?? []);
}

function keyNames(input: string, press: KeyPress): string[] {
  if (press.upArrow) return ['↑'];
  if (press.downArrow) return ['↓'];
  if (press.ctrl) return [controlName(input)];
  const names = [...input].map(keyName);
  // A terminal sends Alt with a key as Esc and the key.
  return press.escape || press.meta ? ['Esc', ...names] : names;
}

function keyName(char: string): string {
  const code = char.charCodeAt(0);
  return code > 0 && code < 27 ? controlName(String.fromCharCode(code + 64)) : char;
}

function controlName(letter: string): string {
  return `Ctrl-${letter.toUpperCase()}`;
}
