import type { NodeId } from '../raft/index.js';
import type { MessageNote } from './message-note.js';

/** What waits while the cluster's time stands still; `step` lets the first of them happen. */
export type HeldEvent =
  | { readonly type: 'message'; readonly node: NodeId; readonly message: MessageNote }
  /** The next thing that the node would do by its clock, in so many virtual milliseconds. */
  | { readonly type: 'timer'; readonly node: NodeId; readonly inMs: number };

/** Held events that a view shows; there may be more. */
export const heldShownMax = 20;
