/** The help: the keys of the focused panel, all other keys, and a legend. */

import type { ReactNode } from 'react';
import { glyphLegend, headLine } from './format.js';
import { type KeyBinding, keyBindings } from './key-bindings.js';
import { Lines } from './lines.js';
import type { Line } from './paint.js';
import type { Panel, PanelProps } from './panel.js';
import { isViewOnly, playbackKeys } from './playback.js';
import type { PanelName, Scene } from './scene.js';

export const helpPanel: Panel = {
  name: 'help',
  title: 'help',
  priority: 4,
  heights: () => [1, Number.POSITIVE_INFINITY],
  Show: Help,
};

function Help({ scene, columns, rows }: PanelProps): ReactNode {
  return <Lines lines={helpLines(scene, columns, rows)} columns={columns} rows={rows} />;
}

const panelDescriptions: Readonly<Record<PanelName, string>> = {
  nodes: 'what each node reports; heartbeats refill the bar of its election timer',
  log: 'one row per node, one cell per entry, coloured by term',
  links: 'faults and messages per second of each link, by direction',
  messages: 'messages between nodes; held events while time is stopped',
  events: 'what has happened, newest last',
  inspector: 'one node in detail: its state, its keys and its log lines',
  client: 'the commands that you sent to nodes, and their replies',
};

/** Returns `rows` lines of the help, scrolled down by `helpTop`. */
export function helpLines(scene: Scene, columns: number, rows: number): Line[] {
  const { ui, quitMode, playback } = scene;
  const keys =
    playback === undefined
      ? [...keysOfPanel(ui.focus, columns), ...generalKeys(ui.focus, columns)]
      : keysInPlayback(columns);
  const lines = [...keys, ...legend(playback === undefined ? quitLine(quitMode) : '')];
  const top = Math.min(ui.helpTop, Math.max(0, lines.length - rows + 1));
  const more = lines.length - top > rows - 1 ? ', ↓ for more' : '';
  return [headLine(`help${more}`, columns), ...lines.slice(top, top + rows - 1)];
}

function keysOfPanel(panel: PanelName, columns: number): Line[] {
  const own = keyBindings.filter(({ panels }) => panels.includes(panel));
  return [
    [{ text: `${panel}: `, tone: 'strong' }, { text: panelDescriptions[panel] }],
    ...inColumns(own, columns),
  ];
}

function generalKeys(panel: PanelName, columns: number): Line[] {
  const others = keyBindings.filter(({ panels }) => !panels.includes(panel));
  return [[{ text: 'in any panel:', tone: 'strong' }], ...inColumns(others, columns)];
}

function keysInPlayback(columns: number): Line[] {
  const viewing = keyBindings.filter(({ action }) => isViewOnly(action));
  return [
    [{ text: 'a recording: ', tone: 'strong' }, { text: 'it can be played but not changed' }],
    ...inColumns(playbackKeys, columns),
    [{ text: 'other keys:', tone: 'strong' }],
    ...inColumns(viewing, columns),
  ];
}

const keysColumns = 10;
const bindingColumns = 37;

/** Lays the bindings out in columns, filling one column after the other. */
function inColumns(bindings: readonly KeyHelp[], columns: number): Line[] {
  const count = Math.max(1, Math.floor(columns / bindingColumns));
  const height = Math.ceil(bindings.length / count);
  return Array.from({ length: height }, (_, row) =>
    Array.from({ length: count }, (_column, at) => bindings[at * height + row]).flatMap(
      (binding) => (binding ? spansOf(binding) : []),
    ),
  );
}

type KeyHelp = Pick<KeyBinding, 'keys' | 'help'>;

function spansOf({ keys, help }: KeyHelp): Line {
  const names = keys.length > 2 ? `${keys[0]}-${keys.at(-1)}` : keys.join(' ');
  return [
    { text: `  ${names}`.padEnd(keysColumns + 2), tone: 'strong' },
    { text: help.padEnd(bindingColumns - keysColumns - 2) },
  ];
}

function quitLine(quitMode: Scene['quitMode']): string {
  return `q ${quitMode === 'stop' ? 'stops the cluster' : 'leaves the cluster running'}`;
}

const legend = (quit: string): readonly Line[] => [
  [{ text: quit }],
  [{ text: '' }],
  [{ text: glyphLegend() }],
  [{ text: 'last, commit, applied: lastLogIndex, commitIndex, lastApplied' }],
  [{ text: 'nextIndex: next entry to send; matchIndex: last known match' }],
];
