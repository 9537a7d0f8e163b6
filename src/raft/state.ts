/**
 * The state of one node: Figure 3.1 as data, and the queues of what leaves with the next
 * `drainReady`. These are types only; create-state.ts builds the state, and the functions of this
 * folder change it.
 * Section numbers: Ongaro's dissertation, "Consensus: Bridging Theory and Practice" (2014).
 */

import type { Prng } from '../base/index.js';
import type { RaftEvent } from './events.js';
import type { RaftLog } from './log.js';
import type { Message } from './messages.js';
import type { RaftOptions } from './options.js';
import type { SnapshotPersist } from './persist.js';
import type { Progress } from './progress.js';
import type {
  Configuration,
  HardState,
  LogBase,
  LogIndex,
  NodeId,
  Role,
  SnapshotChunk,
  Term,
} from './types.js';

export interface RaftState {
  readonly id: NodeId;
  readonly options: RaftOptions;
  readonly prng: Prng;

  // Persistent (3.8). These run ahead of the disk: `durable` tells what is on it.
  currentTerm: Term;
  votedFor: NodeId | null;
  log: RaftLog;
  /** The last entry that the snapshot in force covers. */
  snapshot: LogBase;

  // Volatile.
  role: Role;
  leaderId: NodeId | null;
  commitIndex: LogIndex;
  /** The last entry that was handed to the state machine, by `drainReady` or in a snapshot. */
  lastApplied: LogIndex;
  /** The latest configuration in the log, committed or not (4.1). */
  readonly configuration: Configuration;
  nowMs: number;
  electionDeadlineMs: number;
  /** The timeout that was drawn for that deadline. */
  electionTimeoutMs: number;
  /**
   * The time at which this node last heard from a leader, which it protects for a while (4.2.3).
   */
  leaderHeardAtMs: number;
  /** The votes of this node's campaign, or the answers to its PreVote. */
  readonly votes: Map<NodeId, boolean>;
  /** Null unless this node leads. */
  leadership: Leadership | null;
  /** Null unless this node follows a leader that it has heard from in the current term. */
  following: FollowerState | null;

  /** The state of the disk, and of the write in flight. */
  readonly durable: DiskProgress;
  /** The snapshot that is being written beside the one in force. Null when there is none. */
  staging: Staging | null;

  // Queues. `drainReady` empties them, except for received chunks, which have a method of their
  // own.
  readonly outbox: OutgoingMessage[];
  readonly readResults: ReadResult[];
  readonly chunkRequests: ChunkRequest[];
  readonly receivedChunks: SnapshotChunk[];
  /** True when a leader's snapshot came into force and the state machine must be replaced by it. */
  hasInstalledSnapshot: boolean;
  readonly events: RaftEvent[];
}

/** The volatile state of a leader, created anew at each election (Figure 3.1). */
export interface Leadership {
  readonly progress: Map<NodeId, Progress>;
  heartbeatDeadlineMs: number;
  /** The index of the term's no-op. Reads wait until it is committed (6.4). */
  readonly noopIndex: LogIndex;
  readonly rounds: Rounds;
  /** The size of the entries past commitIndex, as `entryBytes` counts it. */
  uncommittedBytes: number;
  /** The log time in ms that AppendEntries tell the followers. */
  logTimeMs: number;
  /** The transfer under way, during which no command is accepted (3.10). Null without one. */
  transfer: Transfer | null;
  /** True once a peer was asked to campaign: it may do so at any time, so there is no lease. */
  mayBeDeposed: boolean;
  /** The latest configuration that is committed and whose removed peers have been told. */
  settledConfigurationIndex: LogIndex;
}

export interface Transfer {
  readonly target: NodeId;
  readonly deadlineMs: number;
  timeoutNowIsSent: boolean;
}

/**
 * Heartbeat rounds (6.4). A round that a majority has answered proves that the leader still led
 * when the round began. Reads, the lease and CheckQuorum all rely on this.
 */
export interface Rounds {
  /** The number of the latest round. It starts at 1 in each term. */
  latest: number;
  /** The rounds that no majority has answered yet, oldest first. */
  readonly unconfirmed: Round[];
  /** The start of the latest confirmed round, or of the leadership when none is confirmed yet. */
  confirmedStartMs: number;
  /** The number of the latest confirmed round; 0 when there is none. */
  confirmed: number;
  /** Rounds up to this number give no lease, since time was disturbed after they began. */
  leaseVoidThrough: number;
  /** The reads that are not part of a round yet. */
  readonly waitingReads: ReadRequest[];
}

export interface Round {
  readonly number: number;
  readonly startMs: number;
  /** The commitIndex when the round began, which answers its reads (6.4 step 2). */
  readonly readIndex: LogIndex;
  readonly reads: ReadRequest[];
}

export interface ReadRequest {
  readonly readId: number;
  readonly from: NodeId;
}

/** The index that a read must wait for before it is answered. Null when it cannot be served. */
export interface ReadResult {
  readonly readId: number;
  readonly index: LogIndex | null;
}

/** A follower's view of how far its log equals the leader's, and what it has reported of that. */
export interface FollowerState {
  /** The log in memory equals the leader's up to this index. The disk may lag. */
  matchIndex: LogIndex;
  /** The latest heartbeat round of the leader. */
  round: number;
  /** The last `matchIndex` that was sent to the leader. */
  ackedIndex: LogIndex;
  /** True when a reply is due even if `matchIndex` has not risen. */
  replyIsDue: boolean;
}

export interface DiskProgress {
  hardState: HardState;
  lastIndex: LogIndex;
  /** The write in flight. Its lastIndex falls when entries in it are truncated meanwhile. */
  writing: InflightWrite | null;
}

export interface InflightWrite {
  readonly hardState: HardState;
  lastIndex: LogIndex;
  readonly snapshot: SnapshotPersist | null;
  /** The snapshot that the chunk in `snapshot` belongs to. Null without a chunk. */
  readonly staging: Staging | null;
}

/** A snapshot that is being written: this node's own, or one that its leader sends (chapter 5). */
export interface Staging {
  readonly snapshot: LogBase;
  /** The leader that sends it. Null for this node's own snapshot. */
  readonly leaderId: NodeId | null;
  /** The chunks to write next, in order: at most `snapshotChunksInflightMax`. */
  readonly waiting: SnapshotChunk[];
  /** The number of chunks that are durable. */
  writtenChunks: number;
  /** The CRC-32C of the data of all chunks so far. */
  checksum: number;
}

/** A leader's request to its own disk for a chunk of the snapshot in force, to send to `peer`. */
export interface ChunkRequest {
  readonly peer: NodeId;
  readonly snapshotIndex: LogIndex;
  readonly number: number;
}

/** A message, and the hard state that must be durable before the message leaves. */
export interface OutgoingMessage {
  readonly message: Message;
  readonly hardState: HardState;
}
