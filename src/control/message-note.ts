/**
 * What a watcher is told about the messages between nodes. The messages themselves are in
 * raft/messages.ts; node/telemetry describes them.
 */

import type { Message, NodeId, Term } from '../raft/index.js';

/** A message on a link, described for a watcher. */
export interface MessageNote {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly type: Message['type'];
  readonly term: Term;
  /** The fields of its type, in words: `prev 12 (term 2), 3 entries, commit 11`. May be empty. */
  readonly details: string;
  /** True when a fault of the link dropped it. */
  readonly isLost: boolean;
}

/** The messages that a node sent since its last traffic report. */
export interface TrafficReport {
  /** The latest messages, oldest first: all of them, or a sample. */
  readonly notes: readonly MessageNote[];
  /** The number of messages to each peer in the last `overMs` real milliseconds. */
  readonly sent: readonly { readonly to: NodeId; readonly count: number }[];
  readonly overMs: number;
}

/** The number of latest messages that a cluster's view keeps. */
export const notesKeptMax = 200;

/** The messages per second from one node to another. */
export interface LinkRate {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly perSecond: number;
}
