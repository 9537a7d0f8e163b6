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

/** Figure 3.1 as data, and beside it what waits to leave. The functions of this folder change it. */
export interface RaftState {
  readonly id: NodeId;
  readonly options: RaftOptions;
  readonly prng: Prng;

  // Persistent.
  currentTerm: Term;
  votedFor: NodeId | null;
  log: RaftLog;
  /** What the snapshot in force stands for. */
  snapshot: LogBase;

  // Volatile.
  role: Role;
  leaderId: NodeId | null;
  commitIndex: LogIndex;
  /** The last entry that was handed to the state machine. */
  lastApplied: LogIndex;
  /** The latest in the log, committed or not (4.1). */
  readonly configuration: Configuration;
  nowMs: number;
  electionDeadlineMs: number;
  /** What was drawn for that deadline. */
  electionTimeoutMs: number;
  /** When a leader was last heard; none is disturbed for a while after (4.2.3). */
  leaderHeardAtMs: number;
  /** Who has answered a candidate or preCandidate, and how. */
  readonly votes: Map<NodeId, boolean>;
  /** On a leader only. */
  leadership: Leadership | null;
  /** On a follower that has heard the leader of its term. */
  following: FollowerState | null;

  /** What is known to be on disk, and what is on its way there. */
  readonly durable: DiskProgress;
  /** The snapshot that is being written beside the one in force. */
  staging: Staging | null;

  readonly outbox: OutgoingMessage[];
  readonly readResults: ReadResult[];
  readonly chunkRequests: ChunkRequest[];
  readonly receivedChunks: SnapshotChunk[];
  /** A snapshot of a leader has come into force: the state machine is to be what it holds. */
  hasInstalledSnapshot: boolean;
  readonly events: RaftEvent[];
}

/** Volatile state of a leader, made anew at each election (Figure 3.1). */
export interface Leadership {
  readonly progress: Map<NodeId, Progress>;
  heartbeatDeadlineMs: number;
  /** The term's no-op: reads wait until it is committed (6.4). */
  readonly noopIndex: LogIndex;
  readonly rounds: Rounds;
  /** Entries past commitIndex, as `entryBytes` counts them. */
  uncommittedBytes: number;
  /** Leadership is to go to another (3.10); no command is taken meanwhile. */
  transfer: Transfer | null;
  /** One was asked to campaign, and may do so at any time: there is no lease any more. */
  mayBeDeposed: boolean;
  /** The latest configuration that is committed, and whose removals are done. */
  settledConfigurationIndex: LogIndex;
}

export interface Transfer {
  readonly target: NodeId;
  readonly deadlineMs: number;
  timeoutNowIsSent: boolean;
}

/**
 * Heartbeat rounds (6.4). One round, answered by a majority, proves that the leader led when the
 * round began: reads, the lease and CheckQuorum all stand on it.
 */
export interface Rounds {
  latest: number;
  readonly unconfirmed: Round[];
  confirmedStartMs: number;
  /** Reads that no round carries yet. */
  readonly waitingReads: ReadRequest[];
}

export interface Round {
  readonly number: number;
  readonly startMs: number;
  readonly readIndex: LogIndex;
  readonly reads: ReadRequest[];
}

export interface ReadRequest {
  readonly readId: number;
  readonly from: NodeId;
}

/** The index that a read must wait for before it is answered; null where it can't be served. */
export interface ReadResult {
  readonly readId: number;
  readonly index: LogIndex | null;
}

/** What a follower knows of its own log against its leader's. */
export interface FollowerState {
  /** Everything up to here is the leader's too. */
  matchIndex: LogIndex;
  round: number;
  /** What the leader has been told. */
  ackedIndex: LogIndex;
  replyIsDue: boolean;
}

export interface DiskProgress {
  hardState: HardState;
  lastIndex: LogIndex;
  /** The write under way; its lastIndex falls when what it writes is truncated meanwhile. */
  writing: InflightWrite | null;
}

export interface InflightWrite {
  readonly hardState: HardState;
  lastIndex: LogIndex;
  readonly snapshot: SnapshotPersist | null;
  /** Whose chunk `snapshot` is. */
  readonly staging: Staging | null;
}

/** 5: this node's own snapshot, or one that its leader sends. */
export interface Staging {
  readonly snapshot: LogBase;
  /** Null: its own. */
  readonly leaderId: NodeId | null;
  /** The chunk that is to be written next. */
  next: SnapshotChunk | null;
  /** Chunks that are durable. */
  writtenChunks: number;
  /** Of all chunks so far. */
  checksum: number;
}

/** A leader needs a chunk of its snapshot in force, to send it. */
export interface ChunkRequest {
  readonly peer: NodeId;
  readonly snapshotIndex: LogIndex;
  readonly number: number;
}

/** A message, and the hard state that must be durable before it leaves. */
export interface OutgoingMessage {
  readonly message: Message;
  readonly hardState: HardState;
}
