/** Scrolls the focused panel, within the limits of what it has. */

import { unreachable } from '../base/index.js';
import { type ClusterView, logShownMax } from '../control/index.js';
import { eventRuns } from './event-runs.js';
import type { PanelName, UiState } from './scene.js';

/** Scrolls the focused panel back by `by` lines or entries, or forward when negative. */
export function scrollBy(ui: UiState, view: ClusterView, by: number): UiState {
  const back = (ui.scroll[ui.focus] ?? 0) + by;
  const max = scrollMax(ui, view, ui.focus);
  return { ...ui, scroll: { ...ui.scroll, [ui.focus]: Math.max(0, Math.min(back, max)) } };
}

/** An upper bound of what a panel can scroll. The panel itself stops at its oldest line. */
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
