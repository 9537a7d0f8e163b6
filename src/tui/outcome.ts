import type { Intent } from '../control/index.js';
import type { ClientExchange, Ui } from './scene.js';

/** What a key leads to. */
export type Outcome =
  | { readonly type: 'show'; readonly ui: Ui }
  | { readonly type: 'dispatch'; readonly intent: Intent; readonly ui: Ui }
  /** A command to a node. */
  | {
      readonly type: 'say';
      readonly node: ClientExchange['node'];
      readonly command: string;
      readonly ui: Ui;
    }
  | { readonly type: 'redraw' }
  | { readonly type: 'quit' };

export function show(ui: Ui, change: Partial<Ui>): Outcome {
  return { type: 'show', ui: { ...ui, ...change } };
}

export function refuse(ui: Ui, text: string): Outcome {
  return show(ui, { note: { text, isFailure: true } });
}

export function dispatch(ui: Ui, intent: Intent): Outcome {
  return { type: 'dispatch', intent, ui };
}
