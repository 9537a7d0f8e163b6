import { type ClusterView, type Intent, leaderOf } from '../control/index.js';
import type { Action } from './keys.js';
import { selectedNode, type Ui } from './scene.js';

/** What an action leads to. */
export type Outcome =
  | { readonly type: 'show'; readonly ui: Ui }
  | { readonly type: 'dispatch'; readonly intent: Intent; readonly ui: Ui }
  | { readonly type: 'redraw' }
  | { readonly type: 'quit' };

const allowedInHelp: readonly Action[] = ['toggleHelp', 'closeHelp', 'redraw', 'quit'];

export function decide(action: Action, ui: Ui, view: ClusterView): Outcome {
  if (ui.isHelpOpen && !allowedInHelp.includes(action)) return show(ui, {});
  switch (action) {
    case 'selectPrevious':
      return show(ui, { selected: neighbour(ui, view, -1) });
    case 'selectNext':
      return show(ui, { selected: neighbour(ui, view, 1) });
    case 'killSelected':
      return about(ui, view, 'kill');
    case 'killLeader':
      return killLeader(ui, view);
    case 'restartSelected':
      return restart(ui, view);
    case 'toggleHelp':
      return show(ui, { isHelpOpen: !ui.isHelpOpen });
    case 'closeHelp':
      return show(ui, { isHelpOpen: false });
    case 'redraw':
    case 'quit':
      return { type: action };
  }
}

function show(ui: Ui, change: Partial<Ui>): Outcome {
  return { type: 'show', ui: { ...ui, ...change } };
}

/** The list does not turn round: a key held down ends at its edge. */
function neighbour(ui: Ui, view: ClusterView, step: 1 | -1): Ui['selected'] {
  const now = selectedNode(view, ui);
  const at = view.nodes.findIndex(({ id }) => id === now?.id);
  return (view.nodes[at + step] ?? now)?.id ?? null;
}

/** It is selected with that: the next key brings it back. */
function killLeader(ui: Ui, view: ClusterView): Outcome {
  const selected = leaderOf(view)?.id ?? ui.selected;
  const intent: Intent = { type: 'kill', target: 'leader' };
  return { type: 'dispatch', intent, ui: { ...ui, selected } };
}

function restart(ui: Ui, view: ClusterView): Outcome {
  const node = selectedNode(view, ui);
  if (!node || node.state === 'dead') return about(ui, view, 'restart');
  const text = `${node.id} is ${node.state}: only a dead node can be restarted; x kills it`;
  return show(ui, { note: { text, isFailure: true } });
}

function about(ui: Ui, view: ClusterView, type: 'kill' | 'restart'): Outcome {
  const node = selectedNode(view, ui);
  return node ? { type: 'dispatch', intent: { type, target: node.id }, ui } : show(ui, {});
}
