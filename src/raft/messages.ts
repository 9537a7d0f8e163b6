/**
 * The messages between nodes: the RPCs of Figures 3.1 and 5.3, PreVote, ReadIndex and TimeoutNow.
 * Each is one-way and may be lost, duplicated or late; a reply is a message of its own.
 * src/transport encodes them for the wire.
 * Section numbers: Ongaro's dissertation, "Consensus: Bridging Theory and Practice" (2014).
 */

import type { Entry, LogBase, LogIndex, NodeId, SnapshotChunk, Term } from './types.js';

interface Envelope {
  readonly from: NodeId;
  readonly to: NodeId;
  /** The sender's currentTerm, or in PreVote and a granted PreVoteReply the term asked about. */
  readonly term: Term;
}

/** 9.6: asks whether the receiver would vote for the sender. It changes no term and no vote. */
export interface PreVote extends Envelope {
  readonly type: 'PreVote';
  readonly lastLogIndex: LogIndex;
  readonly lastLogTerm: Term;
}

export interface PreVoteReply extends Envelope {
  readonly type: 'PreVoteReply';
  readonly voteGranted: boolean;
}

/** 3.4, Figure 3.1: asks for the receiver's vote in the sender's term. */
export interface RequestVote extends Envelope {
  readonly type: 'RequestVote';
  /** True when the leader asked for this election, which may therefore depose it (3.10, 4.2.3). */
  readonly isTransfer: boolean;
  readonly lastLogIndex: LogIndex;
  readonly lastLogTerm: Term;
}

export interface RequestVoteReply extends Envelope {
  readonly type: 'RequestVoteReply';
  readonly voteGranted: boolean;
}

/**
 * 3.5, Figure 3.1: replicates entries. Without entries it is a heartbeat. To a peer that is being
 * sent a snapshot, `prevLogIndex` is 0, so that the heartbeat claims nothing about the log.
 */
export interface AppendEntries extends Envelope {
  readonly type: 'AppendEntries';
  readonly prevLogIndex: LogIndex;
  readonly prevLogTerm: Term;
  readonly entries: readonly Entry[];
  readonly leaderCommit: LogIndex;
  /** The leader's log time in ms when it made the message. Raft carries it and does not use it. */
  readonly logTimeMs: number;
  /**
   * The leader's latest heartbeat round. Replies from a majority prove that the leader still led
   * when the round began (6.4).
   */
  readonly round: number;
}

/**
 * A cumulative acknowledgement: the sender's log up to `matchIndex` equals the leader's, and is
 * durable. A follower sends one when that index rises or a round is new, not one for each
 * AppendEntries. README.md explains why there is no `success`.
 */
export interface AppendEntriesReply extends Envelope {
  readonly type: 'AppendEntriesReply';
  /**
   * The latest round that the sender has heard of. Zero in the refusal of an older term, where only
   * `term` counts.
   */
  readonly round: number;
  readonly matchIndex: LogIndex;
  readonly rejection: Rejection | null;
}

/** The place where the logs differ, which lets the leader skip a whole term at a time (3.5). */
export interface Rejection {
  readonly prevLogIndex: LogIndex;
  /** The follower's own term at `prevLogIndex`. Null when its log is shorter. */
  readonly conflictTerm: Term | null;
  /** The first index of `conflictTerm`, or the index after the end of the log. */
  readonly conflictIndex: LogIndex;
}

/**
 * The way a leader makes sure that it still leads before it serves a read. `round`: a majority
 * answers a heartbeat round that began after the read arrived (6.4). `lease`: no other leader can
 * have been elected yet, provided that all clocks run at about the same speed (6.4.1).
 */
export type LeadershipProof = 'round' | 'lease';

/** 6.4: a follower asks its leader for the index that a read on the follower must wait for. */
export interface ReadIndex extends Envelope {
  readonly type: 'ReadIndex';
  readonly readId: number;
  readonly proof: LeadershipProof;
}

export interface ReadIndexReply extends Envelope {
  readonly type: 'ReadIndexReply';
  readonly readId: number;
  /** Null when the receiver does not lead, stepped down, or has too many reads waiting. */
  readonly index: LogIndex | null;
}

/** Figure 5.3: one chunk of a snapshot, for a peer whose next entry the leader has compacted. */
export interface InstallSnapshot extends Envelope {
  readonly type: 'InstallSnapshot';
  readonly snapshot: LogBase;
  readonly chunk: SnapshotChunk;
}

/** The reply to every chunk but the last; that one is acknowledged by an AppendEntriesReply. */
export interface InstallSnapshotReply extends Envelope {
  readonly type: 'InstallSnapshotReply';
  readonly snapshotIndex: LogIndex;
  /** The number of the chunk that the follower wants next. All before it are durable. */
  readonly nextChunk: number;
}

/** 3.10: the leader asks a peer to start an election at once. */
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
