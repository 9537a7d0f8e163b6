import type { Entry, LogBase, LogIndex, NodeId, SnapshotChunk, Term } from './types.js';

interface Envelope {
  readonly from: NodeId;
  readonly to: NodeId;
  /** The sender's currentTerm; in PreVote, and in a granted PreVoteReply, the term asked about. */
  readonly term: Term;
}

/** 9.6: "would you vote for me?" It changes nothing at either end. */
export interface PreVote extends Envelope {
  readonly type: 'PreVote';
  readonly lastLogIndex: LogIndex;
  readonly lastLogTerm: Term;
}

export interface PreVoteReply extends Envelope {
  readonly type: 'PreVoteReply';
  readonly voteGranted: boolean;
}

/** 3.4, Figure 3.1. */
export interface RequestVote extends Envelope {
  readonly type: 'RequestVote';
  /** The leader itself has asked for this election: it may disturb (3.10, 4.2.3). */
  readonly isTransfer: boolean;
  readonly lastLogIndex: LogIndex;
  readonly lastLogTerm: Term;
}

export interface RequestVoteReply extends Envelope {
  readonly type: 'RequestVoteReply';
  readonly voteGranted: boolean;
}

/**
 * 3.5, Figure 3.1. Without entries it is a heartbeat; to a peer that is sent a snapshot, one that
 * claims nothing of the log (`prevLogIndex` 0).
 */
export interface AppendEntries extends Envelope {
  readonly type: 'AppendEntries';
  readonly prevLogIndex: LogIndex;
  readonly prevLogTerm: Term;
  readonly entries: readonly Entry[];
  readonly leaderCommit: LogIndex;
  /** The leader's latest heartbeat round; an answer to it proves leadership since it began (6.4). */
  readonly round: number;
}

/**
 * An answer is cumulative: all of the sender's log up to `matchIndex` is the leader's, and durable.
 * A follower sends one when that rises or when a round is new, not one for each AppendEntries.
 */
export interface AppendEntriesReply extends Envelope {
  readonly type: 'AppendEntriesReply';
  /** Zero where a message of an older term is refused: then only the term is news. */
  readonly round: number;
  readonly matchIndex: LogIndex;
  readonly rejection: Rejection | null;
}

/** Why the log did not fit, so that the leader skips a whole term at a time (3.5). */
export interface Rejection {
  readonly prevLogIndex: LogIndex;
  /** The term that stands at prevLogIndex instead, or null where the log is shorter. */
  readonly conflictTerm: Term | null;
  /** The first index of conflictTerm, or the one after the end of the log. */
  readonly conflictIndex: LogIndex;
}

/**
 * How sure a read wants its leader to be. `round`: the leader proves with a heartbeat round, begun
 * after the read came in, that it still led then (6.4). `lease`: it trusts that no other leader can
 * have been elected yet, which stands on clocks that run at about the same speed (6.4.1).
 */
export type LeadershipProof = 'round' | 'lease';

/** 6.4: a follower asks its leader for the index that a read of its own must wait for. */
export interface ReadIndex extends Envelope {
  readonly type: 'ReadIndex';
  readonly readId: number;
  readonly proof: LeadershipProof;
}

export interface ReadIndexReply extends Envelope {
  readonly type: 'ReadIndexReply';
  readonly readId: number;
  /** Null: the one that was asked does not lead. */
  readonly index: LogIndex | null;
}

/** 5, Figure 5.3: one chunk of the leader's snapshot, to a peer whose next entry is gone. */
export interface InstallSnapshot extends Envelope {
  readonly type: 'InstallSnapshot';
  readonly snapshot: LogBase;
  readonly chunk: SnapshotChunk;
}

/** After the last chunk an AppendEntriesReply says so instead. */
export interface InstallSnapshotReply extends Envelope {
  readonly type: 'InstallSnapshotReply';
  readonly snapshotIndex: LogIndex;
  /** The number of the chunk that is wanted next; all before it are durable. */
  readonly nextChunk: number;
}

/** 3.10: the leader asks a peer that has all of its log to campaign at once. */
export interface TimeoutNow extends Envelope {
  readonly type: 'TimeoutNow';
}

export type Message =
  | PreVote
  | PreVoteReply
  | RequestVote
  | RequestVoteReply
  | AppendEntries
  | AppendEntriesReply
  | ReadIndex
  | ReadIndexReply
  | InstallSnapshot
  | InstallSnapshotReply
  | TimeoutNow;
