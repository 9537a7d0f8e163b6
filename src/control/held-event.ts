import type { NodeId } from '../raft/index.js';
import type { MessageNote } from './message-note.js';

/** A message or timer that waits while time is stopped. `step` releases the first of them. */
export type HeldEvent =
  | { readonly type: 'message'; readonly node: NodeId; readonly message: MessageNote }
  /** The node's next timer, which is due in `inMs` virtual milliseconds. */
  | { readonly type: 'timer'; readonly node: NodeId; readonly inMs: number };

/** The number of held events that a view shows; more may be waiting. */
export const heldShownMax = 20;
