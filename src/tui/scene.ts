import type { ClusterView, NodeView } from '../control/index.js';

/** All that a panel may show. */
export interface Scene {
  readonly view: ClusterView;
  readonly ui: Ui;
  readonly version: string;
}

/** What the user has chosen, and what came of the last action. */
export interface Ui {
  readonly selected: NodeView['id'] | null;
  readonly isHelpOpen: boolean;
  readonly note: Note | null;
}

export interface Note {
  readonly text: string;
  readonly isFailure: boolean;
}

export const firstUi: Ui = { selected: null, isHelpOpen: false, note: null };

/** The first node when none is selected, or when the selected one has left. */
export function selectedNode({ nodes }: ClusterView, { selected }: Ui): NodeView | null {
  return nodes.find(({ id }) => id === selected) ?? nodes[0] ?? null;
}
