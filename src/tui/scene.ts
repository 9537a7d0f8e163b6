import type { ClusterView, KeysAnswer, NodeView } from '../control/index.js';

/** All that a panel may show. */
export interface Scene {
  readonly view: ClusterView;
  readonly ui: Ui;
  readonly version: string;
  /** On the clock of the views' `startedAtMs`. */
  readonly nowMs: number;
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
export interface Ui {
  readonly selected: NodeId | null;
  /** The panel that keys like `j` are meant for. */
  readonly focus: PanelName;
  /** The panel with the focus has the screen to itself. */
  readonly isZoomed: boolean;
  readonly isHelpOpen: boolean;
  /** What came of the last action. */
  readonly note: Note | null;
  /** What the user is being asked, or is typing. */
  readonly prompt: Prompt | null;
  /** Of the events: a regular expression, or else plain text; empty shows all. */
  readonly filter: string;
  /** Lines, or entries of the log, back from the newest; absent or 0 follows the newest. */
  readonly scroll: Readonly<Partial<Record<PanelName, number>>>;
  /** What was said to nodes, oldest first; the latest `exchangesKeptMax`. */
  readonly transcript: readonly ClientExchange[];
  /** Null until the selected node has answered. */
  readonly inspection: Inspection | null;
  readonly trickle: Trickle;
}

export interface Note {
  readonly text: string;
  readonly isFailure: boolean;
}

export type Prompt =
  /** Which node's link to `node` is to be cut, or made whole. */
  | { readonly type: 'cut'; readonly node: NodeId; readonly choice: NodeId }
  | { readonly type: 'remove'; readonly node: NodeId }
  /** `before` comes back with Esc. */
  | { readonly type: 'filter'; readonly text: string; readonly before: string }
  /** Which keys the inspector shows. */
  | { readonly type: 'prefix'; readonly text: string; readonly before: string }
  /** A command to the selected node; `back` counts lines of the history, 0 is the line itself. */
  | {
      readonly type: 'command';
      readonly text: string;
      readonly typed: string;
      readonly back: number;
    };

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
  /** Of its log file, oldest first. */
  readonly lines: readonly string[];
  /** Those that begin with `prefix`; null until it has told, or when it is dead. */
  readonly keys: KeysAnswer | null;
  readonly prefix: string;
}

/** Writes, a few a second, to see whether the cluster serves. */
export interface Trickle {
  readonly isOn: boolean;
  readonly acknowledged: number;
  readonly failed: number;
}

export const firstUi: Ui = {
  selected: null,
  focus: 'nodes',
  isZoomed: false,
  isHelpOpen: false,
  note: null,
  prompt: null,
  filter: '',
  scroll: {},
  transcript: [],
  inspection: null,
  trickle: { isOn: false, acknowledged: 0, failed: 0 },
};

/** The first node when none is selected, or when the selected one has left. */
export function selectedNode({ nodes }: ClusterView, { selected }: Ui): NodeView | null {
  return nodes.find(({ id }) => id === selected) ?? nodes[0] ?? null;
}
