/**
 * What a node reports about itself. node/telemetry collects it, and the view (view.ts) holds the
 * latest report of each node.
 */

import type { LogIndex, NodeId, ProgressMode, Role, Term } from '../raft/index.js';

/** The state of a node, reported a few times a second and whenever its role changes. */
export interface NodeReport {
  readonly role: Role | 'learner';
  readonly term: Term;
  readonly votedFor: NodeId | null;
  readonly leader: NodeId | null;
  readonly lastLogIndex: LogIndex;
  readonly lastLogTerm: Term;
  readonly commitIndex: LogIndex;
  readonly lastApplied: LogIndex;
  readonly snapshotIndex: LogIndex;
  readonly voter: boolean;
  /** The members, by the latest configuration in this node's log. */
  readonly voters: readonly NodeId[];
  readonly learners: readonly NodeId[];
  /** The index of the no-op that began the leader's term. Null on other nodes. */
  readonly termStartIndex: LogIndex | null;
  /** The leader's replication progress of each peer. Empty on other nodes. */
  readonly peers: readonly PeerReport[];
  readonly keys: number;
  readonly usedBytes: number;
  readonly clients: number;
  /** The number of exactly-once sessions (RAFT SESSION). */
  readonly sessions: number;
  /**
   * The index of the first entry in the log. A snapshot holds the effect of the earlier entries.
   */
  readonly firstLogIndex: LogIndex;
  /**
   * The terms of the latest `logShownMax` entries, as runs, oldest first. A run begins at `from`
   * and ends before the next one.
   */
  readonly logTerms: readonly { readonly from: LogIndex; readonly term: Term }[];
  /** Null on a node that does not wait for a leader, and while no observer is attached. */
  readonly electionTimer: ElectionTimer | null;
  /** The 99th percentile of recent synced writes, in real milliseconds. Null before the first. */
  readonly syncMsP99: number | null;
}

/** A running election timer, in virtual milliseconds. `timeoutMs` was drawn when it started. */
export interface ElectionTimer {
  readonly leftMs: number;
  readonly timeoutMs: number;
}

/** The number of latest log entries whose terms a report holds. */
export const logShownMax = 256;

/** What the leader knows of one peer's log. */
export interface PeerReport {
  readonly id: NodeId;
  readonly nextIndex: LogIndex;
  readonly matchIndex: LogIndex;
  readonly mode: ProgressMode;
}
