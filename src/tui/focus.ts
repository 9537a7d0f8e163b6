import { type PanelName, panelNames, type UiState } from './scene.js';

/** Nodes and log have a place of their own; any other stands beneath them. */
export function focusOn(ui: UiState, focus: PanelName): UiState {
  const lower = focus === 'nodes' || focus === 'log' ? ui.lower : focus;
  return { ...ui, focus, lower };
}

/** The one after or before, round and round. */
export function focusOnNext(ui: UiState, step: 1 | -1): UiState {
  const count = panelNames.length;
  const next = panelNames[(panelNames.indexOf(ui.focus) + step + count) % count];
  return focusOn(ui, next ?? ui.focus);
}
