import type { LogIndex, NodeId, ProgressMode, Role, Term } from '../raft/index.js';

/** What a node tells of itself, a few times a second and whenever its role changes. */
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
  /** The members, as this node has them in its log. */
  readonly voters: readonly NodeId[];
  readonly learners: readonly NodeId[];
  /** On the leader: the index of its term's no-op. */
  readonly termStartIndex: LogIndex | null;
  /** On the leader: what it knows of the others. */
  readonly peers: readonly PeerReport[];
  readonly keys: number;
  readonly usedBytes: number;
  readonly clients: number;
  /** Of the exactly-once kind. */
  readonly sessions: number;
  /** The first entry that is still in the log; behind it stands a snapshot. */
  readonly firstLogIndex: LogIndex;
  /** The latest `logShownMax` entries as runs of one term, oldest first; each ends where the next begins. */
  readonly logTerms: readonly { readonly from: LogIndex; readonly term: Term }[];
  /** Null on those who wait for no leader. */
  readonly electionTimer: ElectionTimer | null;
  /** Of its latest synced writes; null before the first. */
  readonly syncMsP99: number | null;
}

/** In virtual milliseconds; `timeoutMs` is what was drawn when the timer began. */
export interface ElectionTimer {
  readonly leftMs: number;
  readonly timeoutMs: number;
}

export const logShownMax = 256;

export interface PeerReport {
  readonly id: NodeId;
  readonly nextIndex: LogIndex;
  readonly matchIndex: LogIndex;
  readonly mode: ProgressMode;
}
