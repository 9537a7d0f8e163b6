/**
 * What the supervisor and a node exchange while time is stopped, so that cluster/stepper.ts can
 * let one event happen at a time.
 */

import type { NodeId, Role, Term } from '../raft/index.js';
import type { MessageNote } from './message-note.js';

/** An event that is forced on a node while its time is stopped. */
export type ForcedEvent =
  /** Delivers the held message with this number. */
  | { readonly type: 'message'; readonly number: number }
  /** Makes the node's next timer expire, to whose time the supervisor has moved the clock. */
  | { readonly type: 'timer' }
  /** Makes the election timer of a follower expire now, whatever its clock shows. */
  | { readonly type: 'electionTimeout' };

/** The state of a node while its time is stopped. */
export interface StepReport {
  readonly role: Role;
  readonly term: Term;
  /** The held messages, lowest number first, at most as many as a view shows. */
  readonly held: readonly HeldMessage[];
  /** The time of its next timer, on the cluster's clock. */
  readonly nextTimerAtMs: number;
  /** The messages sent to each peer in this life, without those that a link fault dropped. */
  readonly sent: MessageCounts;
  /** The messages received from each peer in this life. */
  readonly received: MessageCounts;
}

/** A held message. Numbers rise in the order of arrival, across all nodes. */
export interface HeldMessage {
  readonly number: number;
  readonly message: MessageNote;
}

/** The number of messages, by peer. */
export type MessageCounts = ReadonlyMap<NodeId, number>;
