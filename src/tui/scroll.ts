import { unreachable } from '../base/index.js';
import { type ClusterView, logShownMax } from '../control/index.js';
import { eventRuns } from './event-runs.js';
import type { PanelName, UiState } from './scene.js';

/** Scrolls the panel with the focus, back from the newest, as far as there is something. */
export function scrollBy(ui: UiState, view: ClusterView, by: number): UiState {
  const back = (ui.scroll[ui.focus] ?? 0) + by;
  const most = scrollMax(ui, view, ui.focus);
  return { ...ui, scroll: { ...ui.scroll, [ui.focus]: Math.max(0, Math.min(back, most)) } };
}

/** No less than what a panel has: it stops by itself at its oldest. */
function scrollMax(ui: UiState, view: ClusterView, panel: PanelName): number {
  switch (panel) {
    case 'log':
      return logShownMax;
    case 'messages':
      return view.notes.length;
    case 'events':
      return eventRuns(view.events, ui.filter).length;
    case 'inspector':
      return ui.inspection?.lines.length ?? 0;
    case 'client':
      return ui.transcript.reduce((sum, { reply }) => sum + 1 + reply.length, 0);
    case 'nodes':
    case 'links':
      return 0;
    default:
      return unreachable(panel);
  }
}
