/** The decisions that decide.ts and its companions return. Controls carries them out. */

import type { Intent } from '../control/index.js';
import type { ClientExchange, UiState } from './scene.js';

/** The decision for a key. Variants with `ui` also set the UI state. */
export type UiDecision =
  | { readonly type: 'update'; readonly ui: UiState }
  | { readonly type: 'dispatch'; readonly intent: Intent; readonly ui: UiState }
  | {
      readonly type: 'sendCommand';
      readonly node: ClientExchange['node'];
      readonly command: string;
      readonly ui: UiState;
    }
  | { readonly type: 'redraw' }
  | { readonly type: 'quit' };

/** Changes only the UI state. */
export function updateUi(ui: UiState, change: Partial<UiState>): UiDecision {
  return { type: 'update', ui: { ...ui, ...change } };
}

/** Refuses a key and shows why. */
export function refuse(ui: UiState, text: string): UiDecision {
  return updateUi(ui, { note: { text, isFailure: true } });
}

/** Asks the cluster for an action. */
export function dispatchIntent(ui: UiState, intent: Intent): UiDecision {
  return { type: 'dispatch', intent, ui };
}
