import { assert, Prng } from '../base/index.js';
import { checkConfiguration } from './configuration.js';
import type { RaftEvent } from './events.js';
import { RaftLog } from './log.js';
import type { Message } from './messages.js';
import type { RaftOptions } from './options.js';
import type { SnapshotPersist } from './persist.js';
import type { Progress } from './progress.js';
import {
  beforeLog,
  type Configuration,
  type DurableState,
  type Entry,
  type HardState,
  higher,
  type LogBase,
  type LogIndex,
  lower,
  type NodeId,
  noTerm,
  predecessor,
  type Role,
  type SnapshotChunk,
  type Term,
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
  following: Following | null;

  /** What is known to be on disk, and what is on its way there. */
  readonly durable: Durable;
  /** The snapshot that is being written beside the one in force. */
  staging: Staging | null;

  readonly outbox: Outgoing[];
  readonly readResults: ReadResult[];
  readonly chunkQuestions: ChunkQuestion[];
  readonly received: SnapshotChunk[];
  /** A snapshot of a leader has come into force: the state machine is to be what it holds. */
  isReplaced: boolean;
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
  isAsked: boolean;
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
  readonly waiting: Read[];
}

export interface Round {
  readonly number: number;
  readonly startMs: number;
  readonly readIndex: LogIndex;
  readonly reads: Read[];
}

export interface Read {
  readonly readId: number;
  readonly from: NodeId;
}

/** The index that a read must wait for before it is answered; null where it can't be served. */
export interface ReadResult {
  readonly readId: number;
  readonly index: LogIndex | null;
}

/** What a follower knows of its own log against its leader's. */
export interface Following {
  /** Everything up to here is the leader's too. */
  matchIndex: LogIndex;
  round: number;
  /** What the leader has been told. */
  ackedIndex: LogIndex;
  replyIsDue: boolean;
}

export interface Durable {
  hardState: HardState;
  lastIndex: LogIndex;
  /** The write under way; its lastIndex falls when what it writes is truncated meanwhile. */
  writing: Writing | null;
}

export interface Writing {
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
  written: number;
  /** Of all chunks so far. */
  checksum: number;
}

/** A leader needs a chunk of its snapshot in force, to send it. */
export interface ChunkQuestion {
  readonly peer: NodeId;
  readonly snapshotIndex: LogIndex;
  readonly number: number;
}

/** A message, and the hard state that must be durable before it leaves. */
export interface Outgoing {
  readonly message: Message;
  readonly hardState: HardState;
}

export function createState(options: RaftOptions, durable: DurableState, nowMs: number): RaftState {
  checkConfiguration(durable.base.configuration);
  const log = new RaftLog(durable.base, durable.entries);
  const state: RaftState = {
    id: options.id,
    options,
    prng: new Prng(options.prngSeed),
    currentTerm: durable.hardState.currentTerm,
    votedFor: durable.hardState.votedFor,
    log,
    snapshot: durable.snapshot,
    role: 'follower',
    leaderId: null,
    commitIndex: durable.snapshot.index,
    lastApplied: durable.snapshot.index,
    get configuration() {
      return this.log.configuration;
    },
    nowMs,
    electionDeadlineMs: 0,
    electionTimeoutMs: 0,
    leaderHeardAtMs: mayHaveHeardLeader(durable) ? nowMs : Number.NEGATIVE_INFINITY,
    votes: new Map(),
    leadership: null,
    following: null,
    durable: { hardState: durable.hardState, lastIndex: log.lastIndex, writing: null },
    staging: null,
    outbox: [],
    readResults: [],
    chunkQuestions: [],
    received: [],
    isReplaced: false,
    events: [],
  };
  resetElectionTimer(state);
  return state;
}

/** What it heard just before a crash is forgotten, but its leader's lease stands on it (6.4.1). */
function mayHaveHeardLeader({ hardState }: DurableState): boolean {
  return hardState.currentTerm > noTerm;
}

/** 3.4: randomized, so that split votes are rare and soon resolved. */
export function resetElectionTimer(state: RaftState): void {
  const { electionTimeoutMsMin, electionTimeoutMsMax } = state.options;
  startElectionTimer(state, state.prng.between(electionTimeoutMsMin, electionTimeoutMsMax));
}

export function startElectionTimer(state: RaftState, timeoutMs: number): void {
  state.electionTimeoutMs = timeoutMs;
  state.electionDeadlineMs = state.nowMs + timeoutMs;
}

export function hardStateOf(state: RaftState): HardState {
  return { currentTerm: state.currentTerm, votedFor: state.votedFor };
}

export function isHardStateDurable(state: RaftState): boolean {
  return isDurable(state, state);
}

/** Neither falls nor changes within a term, so the durable one may be ahead by a vote only. */
export function isDurable(state: RaftState, { currentTerm, votedFor }: HardState): boolean {
  const { hardState } = state.durable;
  if (hardState.currentTerm !== currentTerm) return false;
  return votedFor === null || hardState.votedFor === votedFor;
}

export function send(state: RaftState, message: Message): void {
  state.outbox.push({ message, hardState: hardStateOf(state) });
  if (state.outbox.length > state.options.outboxMessagesMax) state.outbox.shift();
}

/** A term begins without a vote, and what was to be said in an older one is not said any more. */
export function enterTerm(state: RaftState, term: Term): void {
  assert(term > state.currentTerm, 'the term does not rise', term);
  state.currentTerm = term;
  state.votedFor = null;
  state.outbox.length = 0;
  if (state.staging?.leaderId) state.staging = null;
}

/** 3.3: terms are exchanged with every message, and a server adopts the higher one. */
export function becomeFollower(state: RaftState, term: Term, leaderId: NodeId | null): void {
  const before = { role: state.role, leaderId: state.leaderId };
  if (before.role === 'leader') stepDown(state);
  if (before.role !== 'follower') resetElectionTimer(state);
  if (term !== state.currentTerm) enterTerm(state, term);
  state.role = 'follower';
  state.leaderId = leaderId;
  state.following =
    leaderId === null
      ? null
      : { matchIndex: beforeLog, round: 0, ackedIndex: beforeLog, replyIsDue: false };
  if (before.role !== 'follower' || (leaderId !== null && leaderId !== before.leaderId)) {
    state.events.push({ type: 'becameFollower', term, leader: leaderId });
  }
}

function stepDown(state: RaftState): void {
  const rounds = state.leadership?.rounds;
  const reads = [...(rounds?.unconfirmed ?? []).flatMap((round) => round.reads)];
  reads.push(...(rounds?.waiting ?? []));
  for (const read of reads) {
    // A follower whose read is lost here learns of the new leader and asks that one.
    if (read.from === state.id) state.readResults.push({ readId: read.readId, index: null });
  }
  state.leadership = null;
  state.chunkQuestions.length = 0;
  state.events.push({ type: 'steppedDown', term: state.currentTerm });
}

/** A server uses the latest configuration in its log as soon as that is there (4.1). */
export function appendEntry(state: RaftState, entry: Entry): void {
  state.log.append(entry);
  if (entry.kind === 'configuration') tellConfiguration(state);
}

export function tellConfiguration({ log, events }: RaftState): void {
  const { voters, learners } = log.configuration;
  events.push({ type: 'configurationChanged', index: log.configurationIndex, voters, learners });
}

/** Removes the entries from `index` on, which no leader's log holds any more (3.5). */
export function truncateFrom(state: RaftState, index: LogIndex): void {
  assert(index > state.commitIndex, 'a committed entry is truncated', index, state.commitIndex);
  const last = state.log.lastIndex;
  const { configurationIndex } = state.log;
  state.log.truncateFrom(index);
  state.durable.lastIndex = lower(state.durable.lastIndex, predecessor(index));
  const writing = state.durable.writing;
  if (writing) writing.lastIndex = lower(writing.lastIndex, predecessor(index));
  state.events.push({ type: 'truncated', from: index, to: last });
  if (state.log.configurationIndex !== configurationIndex) tellConfiguration(state);
}

/** `index` is committed: it will stay in every future leader's log (3.6). */
export function commitThrough(state: RaftState, index: LogIndex): void {
  assert(index <= state.log.lastIndex, 'commitIndex passes the log', index, state.log.lastIndex);
  state.commitIndex = higher(state.commitIndex, index);
}
