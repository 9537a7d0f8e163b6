import type { Message, NodeId, Term } from '../raft/index.js';

/** What an onlooker is shown of a message on a link. */
export interface MessageNote {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly type: Message['type'];
  readonly term: Term;
  /** What belongs to its type, in words: `prev 12 (term 2), 3 entries, commit 11`; may be empty. */
  readonly details: string;
  /** A fault of the link has taken it. */
  readonly isLost: boolean;
}

/** What a node has sent since it last told. */
export interface TrafficReport {
  /** The latest, oldest first: all of them, or a sample. */
  readonly notes: readonly MessageNote[];
  /** All messages of the last `overMs` real milliseconds, by peer. */
  readonly sent: readonly { readonly to: NodeId; readonly count: number }[];
  readonly overMs: number;
}

/** Messages that a cluster's view keeps. */
export const notesKeptMax = 200;

/** Messages a second from one node to another. */
export interface LinkRate {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly perSecond: number;
}
