/**
 * The state that the panels draw: the cluster's view and the UI state. decide.ts changes the UI
 * state.
 */

import type { ClusterView, KeysAnswer, NodeView } from '../control/index.js';

/** Everything that panels draw from. */
export interface Scene {
  readonly view: ClusterView;
  readonly ui: UiState;
  readonly version: string;
  /** What `q` does to the cluster. */
  readonly quitMode: 'stop' | 'detach';
  /** The current time, on the clock of the views' `startedAtMs`. */
  readonly nowMs: number;
  /** The position in the recording that is played. Absent for a live cluster. */
  readonly playback?: string | undefined;
}

/** The panels that can have the focus. Their keys are their positions here, from 1. */
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

/** What the user has chosen, and the results of the last actions. */
export interface UiState {
  /** Null until the user selects a node; `selectedNode` then falls back to the first. */
  readonly selected: NodeId | null;
  /** The panel that keys such as `j` act on. */
  readonly focus: PanelName;
  /** The panel below nodes and log on a small terminal: the last one that had the focus. */
  readonly lower: PanelName;
  /** True while the focused panel fills the screen. */
  readonly isZoomed: boolean;
  readonly isHelpOpen: boolean;
  /** The number of help lines scrolled off the top. */
  readonly helpTop: number;
  /** The result of the last action. */
  readonly note: StatusNote | null;
  /** The open question or text input. Null when there is none. */
  readonly prompt: Prompt | null;
  /** The words that shown events contain, in any order. Empty shows all events. */
  readonly filter: string;
  /** The prefix of the keys that the inspector shows. */
  readonly prefix: string;
  /**
   * How far each panel is scrolled back, in lines or log entries. Absent or 0 follows the newest.
   */
  readonly scroll: Readonly<Partial<Record<PanelName, number>>>;
  /** The latest `exchangesKeptMax` commands and replies, oldest first. */
  readonly transcript: readonly ClientExchange[];
  /** Null until the selected node has answered. */
  readonly inspection: Inspection | null;
  readonly backgroundWrites: BackgroundWrites;
  /** The speed to resume with after time was stopped. */
  readonly speedBefore: number;
}

export interface StatusNote {
  readonly text: string;
  readonly isFailure: boolean;
}

export type Prompt = ChoicePrompt | RemovalPrompt | TextPrompt;

/** Asks which link of `node` to cut or heal, or which fault to set on its disk. */
export interface ChoicePrompt {
  readonly type: 'cut' | 'disk';
  readonly node: NodeId;
  readonly options: readonly string[];
  /** The index of the highlighted option. */
  readonly at: number;
}

/** Asks whether to remove `node` from the cluster. */
export interface RemovalPrompt {
  readonly type: 'remove';
  readonly node: NodeId;
}

/** Takes text: a filter of events, a prefix of keys, or a command to the selected node. */
export interface TextPrompt {
  readonly type: 'filter' | 'prefix' | 'command';
  readonly text: string;
  /** The text as typed, to return to from the history. */
  readonly draft: string;
  /** The position in the history, counted back from the newest command. 0 is the draft. */
  readonly historyOffset: number;
}

export interface ClientExchange {
  readonly node: NodeId;
  /** The command as typed. */
  readonly command: string;
  /** The lines of the reply, as redis-cli shows them. Empty until it arrives. */
  readonly reply: readonly string[];
  readonly isFailure: boolean;
}

export const exchangesKeptMax = 100;

/** What a node has answered about itself beyond the view. */
export interface Inspection {
  readonly node: NodeId;
  /** The last log lines of the node, oldest first. */
  readonly lines: readonly string[];
  /** The keys that begin with `prefix`. Null when the node did not answer. */
  readonly keys: KeysAnswer | null;
  readonly prefix: string;
}

/** The state and results of the background writes. */
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

/**
 * Returns the selected node, or the first one when none is selected or the selected one has left.
 * Null in a cluster without nodes.
 */
export function selectedNode({ nodes }: ClusterView, { selected }: UiState): NodeView | null {
  return nodes.find(({ id }) => id === selected) ?? nodes[0] ?? null;
}
