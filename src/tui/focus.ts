import { type PanelName, panelNames, type Ui } from './scene.js';

/** Nodes and log have a place of their own; any other stands beneath them. */
export function focusOn(ui: Ui, focus: PanelName): Ui {
  const lower = focus === 'nodes' || focus === 'log' ? ui.lower : focus;
  return { ...ui, focus, lower };
}

/** The one after or before, round and round. */
export function focusOnNext(ui: Ui, step: 1 | -1): Ui {
  const count = panelNames.length;
  const next = panelNames[(panelNames.indexOf(ui.focus) + step + count) % count];
  return focusOn(ui, next ?? ui.focus);
}
