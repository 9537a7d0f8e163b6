import type { Intent } from '../control/index.js';
import type { ClientExchange, UiState } from './scene.js';

/** What a key leads to. */
export type UiDecision =
  | { readonly type: 'update'; readonly ui: UiState }
  | { readonly type: 'dispatch'; readonly intent: Intent; readonly ui: UiState }
  /** A command to a node. */
  | {
      readonly type: 'sendCommand';
      readonly node: ClientExchange['node'];
      readonly command: string;
      readonly ui: UiState;
    }
  | { readonly type: 'redraw' }
  | { readonly type: 'quit' };

export function updateUi(ui: UiState, change: Partial<UiState>): UiDecision {
  return { type: 'update', ui: { ...ui, ...change } };
}

export function refuse(ui: UiState, text: string): UiDecision {
  return updateUi(ui, { note: { text, isFailure: true } });
}

export function dispatchIntent(ui: UiState, intent: Intent): UiDecision {
  return { type: 'dispatch', intent, ui };
}
