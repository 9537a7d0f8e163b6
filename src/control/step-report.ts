import type { NodeId, Role, Term } from '../raft/index.js';
import type { MessageNote } from './message-note.js';

/** What is let happen on a node whose time stands still. */
export type ForcedEvent =
  /** The held message with this number is delivered. */
  | { readonly type: 'message'; readonly number: number }
  /** The clock reaches the node's next timer, and that one runs out. */
  | { readonly type: 'timer' }
  /** The election timer of a follower runs out now, whatever the clock shows. */
  | { readonly type: 'electionTimeout' };

/** How a node stands while its time stands still. */
export interface StepReport {
  readonly role: Role;
  readonly term: Term;
  /** Messages that wait, lowest number first, no more than a view shows. */
  readonly held: readonly HeldMessage[];
  /** Virtual milliseconds until the next of its timers. */
  readonly nextTimerInMs: number;
  /** Messages to each peer in this life that no fault of the link has taken. */
  readonly sent: MessageCounts;
  /** Messages from each peer in this life. */
  readonly received: MessageCounts;
}

/** The number says when it arrived, among the messages to all nodes. */
export interface HeldMessage {
  readonly number: number;
  readonly message: MessageNote;
}

export type MessageCounts = ReadonlyMap<NodeId, number>;
