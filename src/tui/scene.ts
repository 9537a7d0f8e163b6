import type { ClusterView, KeysAnswer, NodeView } from '../control/index.js';

/** All that a panel may show. */
export interface Scene {
  readonly view: ClusterView;
  readonly ui: UiState;
  readonly version: string;
  /** What `q` does to the cluster. */
  readonly quitMode: 'stop' | 'detach';
  /** On the clock of the views' `startedAtMs`. */
  readonly nowMs: number;
  /** Where a recording is that is played; absent for a cluster. */
  readonly playback?: string | undefined;
}

/** Each has the number of its place here, from 1. */
export const panelNames = [
  'nodes',
  'log',
  'links',
  'messages',
  'events',
  'inspector',
  'client',
] as const;

export type PanelName = (typeof panelNames)[number];

type NodeId = NodeView['id'];

/** What the user has chosen, and what came of it. */
export interface UiState {
  readonly selected: NodeId | null;
  /** The panel that keys like `j` are meant for. */
  readonly focus: PanelName;
  /** The one to show where there is room for one beneath nodes and log: the last with the focus. */
  readonly lower: PanelName;
  /** The panel with the focus has the screen to itself. */
  readonly isZoomed: boolean;
  readonly isHelpOpen: boolean;
  /** Lines of the help above the screen. */
  readonly helpTop: number;
  /** What came of the last action. */
  readonly note: StatusNote | null;
  /** What the user is being asked, or is typing. */
  readonly prompt: Prompt | null;
  /** Of the events: words, in any order; empty shows all. */
  readonly filter: string;
  /** Of the keys that the inspector shows. */
  readonly prefix: string;
  /** Lines, or entries of the log, back from the newest; absent or 0 follows the newest. */
  readonly scroll: Readonly<Partial<Record<PanelName, number>>>;
  /** What was said to nodes, oldest first; the latest `exchangesKeptMax`. */
  readonly transcript: readonly ClientExchange[];
  /** Null until the selected node has answered. */
  readonly inspection: Inspection | null;
  readonly backgroundWrites: BackgroundWrites;
  /** What time goes back to when it passes again. */
  readonly speedBefore: number;
}

export interface StatusNote {
  readonly text: string;
  readonly isFailure: boolean;
}

export type Prompt = ChoicePrompt | RemovalPrompt | TextPrompt;

/** Which node's link to `node` is to be cut or made whole, or what is to become of its disk. */
export interface ChoicePrompt {
  readonly type: 'cut' | 'disk';
  readonly node: NodeId;
  readonly options: readonly string[];
  /** The place of the chosen one. */
  readonly at: number;
}

/** Whether `node` is to leave the cluster. */
export interface RemovalPrompt {
  readonly type: 'remove';
  readonly node: NodeId;
}

/** What the user types: a filter of events, a prefix of keys, or a command to the selected node. */
export interface TextPrompt {
  readonly type: 'filter' | 'prefix' | 'command';
  readonly text: string;
  /** What was typed before the history was looked through; `back` lines into it, 0 is not. */
  readonly draft: string;
  readonly historyOffset: number;
}

export interface ClientExchange {
  readonly node: NodeId;
  /** As it was typed. */
  readonly command: string;
  /** Line by line, as redis-cli shows it. */
  readonly reply: readonly string[];
  readonly isFailure: boolean;
}

export const exchangesKeptMax = 100;

/** What a node has told of itself beyond the view. */
export interface Inspection {
  readonly node: NodeId;
  /** What it said, oldest first. */
  readonly lines: readonly string[];
  /** Those that begin with `prefix`; null until it has told, or when it is dead. */
  readonly keys: KeysAnswer | null;
  readonly prefix: string;
}

/** Writes, a few a second, to see whether the cluster serves. */
export interface BackgroundWrites {
  readonly isOn: boolean;
  readonly acknowledged: number;
  readonly failed: number;
}

export const initialUi: UiState = {
  selected: null,
  focus: 'nodes',
  lower: 'events',
  isZoomed: false,
  isHelpOpen: false,
  helpTop: 0,
  note: null,
  prompt: null,
  filter: '',
  prefix: '',
  scroll: {},
  transcript: [],
  inspection: null,
  backgroundWrites: { isOn: false, acknowledged: 0, failed: 0 },
  speedBefore: 1,
};

/** The first node when none is selected, or when the selected one has left. */
export function selectedNode({ nodes }: ClusterView, { selected }: UiState): NodeView | null {
  return nodes.find(({ id }) => id === selected) ?? nodes[0] ?? null;
}
