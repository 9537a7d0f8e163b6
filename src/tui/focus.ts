import { type PanelName, panelNames, type UiState } from './scene.js';

/** Focuses a panel. Any panel but nodes and log also becomes the lower panel. */
export function focusOn(ui: UiState, focus: PanelName): UiState {
  const lower = focus === 'nodes' || focus === 'log' ? ui.lower : focus;
  return { ...ui, focus, lower };
}

/** Focuses the next or previous panel, wrapping around. */
export function focusOnNext(ui: UiState, step: 1 | -1): UiState {
  const count = panelNames.length;
  const next = panelNames[(panelNames.indexOf(ui.focus) + step + count) % count];
  return focusOn(ui, next ?? ui.focus);
}
