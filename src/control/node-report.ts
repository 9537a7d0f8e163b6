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
}

export interface PeerReport {
  readonly id: NodeId;
  readonly nextIndex: LogIndex;
  readonly matchIndex: LogIndex;
  readonly mode: ProgressMode;
}
