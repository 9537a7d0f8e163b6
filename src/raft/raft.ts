import { assert, type ByteString, unreachable } from '../base/index.js';
import { createState } from './create-state.js';
import {
  checkQuorum,
  handleElectionTimeout,
  handlePreVote,
  handlePreVoteReply,
  handleRequestVote,
  handleRequestVoteReply,
  handleTimeoutNow,
  isLeaderAlive,
  maybeFinishCampaign,
  quorumDeadlineMs,
} from './election.js';
import { checkInvariants } from './invariants.js';
import {
  type MembershipChange,
  maybeFinishChange,
  type ProposeChangeResult,
  proposeChange,
} from './membership.js';
import type { LeadershipProof, Message } from './messages.js';
import type { RaftOptions } from './options.js';
import {
  handleReadIndex,
  handleReadIndexReply,
  maybeStartReadRound,
  requestRead,
  startRound,
} from './read-index.js';
import { drainReady, type Ready, recordPersisted } from './ready.js';
import {
  appendToOwnLog,
  handleAppendEntries,
  handleAppendEntriesReply,
  maybeAdvanceCommitIndex,
  maybeSendAppendEntriesReply,
  replicate,
} from './replication.js';
import { becomeFollower, startElectionTimer } from './roles.js';
import { beginSnapshot, maySnapshot, stageChunk, wantsChunk } from './snapshot.js';
import { handleInstallSnapshot } from './snapshot-receiving.js';
import { handleInstallSnapshotReply, sendChunk } from './snapshot-sending.js';
import type { ChunkRequest, RaftState } from './state.js';
import { checkTransfer, maybeSendTimeoutNow, startTransfer } from './transfer.js';
import type { DurableState, LogBase, LogIndex, NodeId, SnapshotChunk } from './types.js';

/**
 * Raft as a pure machine: inputs go in by the methods, and everything that is to be done comes out
 * of `drainReady`. It knows no disk, no network, no clock and no chance but what it is given.
 */
export class Raft {
  readonly #state: RaftState;

  constructor(options: RaftOptions, durable: DurableState, nowMs: number) {
    this.#state = createState(options, durable, nowMs);
  }

  /** For onlookers; only this folder may change it. */
  get state(): Readonly<RaftState> {
    return this.#state;
  }

  /** What time it is, in virtual milliseconds that never go back. Runs no timer. */
  setClock(nowMs: number): void {
    assert(nowMs >= this.#state.nowMs, 'the clock went back', nowMs, this.#state.nowMs);
    this.#state.nowMs = nowMs;
  }

  /** Runs the timers that are due. */
  tick(): void {
    const state = this.#state;
    if (state.leadership) {
      // In this order: a leader of one answers its own round, however long it has stalled.
      maybeSendHeartbeats(state);
      checkTransfer(state);
      checkQuorum(state);
    } else if (state.nowMs >= state.electionDeadlineMs) {
      handleElectionTimeout(state);
    }
  }

  /** When `tick` does something next, unless something else comes before. */
  get nextDeadlineMs(): number {
    const { leadership, electionDeadlineMs } = this.#state;
    if (!leadership) return electionDeadlineMs;
    const transferMs = leadership.transfer?.deadlineMs ?? Number.POSITIVE_INFINITY;
    return Math.min(leadership.heartbeatDeadlineMs, transferMs, quorumDeadlineMs(this.#state));
  }

  /**
   * 3.4: the election timer runs out before its time, for those who want to see what comes of it. A
   * leader has none. It is as if this clock had run fast, which leases do not survive (6.4.1).
   */
  forceElectionTimeout(): void {
    const state = this.#state;
    if (state.leadership) return;
    state.leaderHeardAtMs = Number.NEGATIVE_INFINITY;
    handleElectionTimeout(state);
  }

  step(message: Message): void {
    const state = this.#state;
    assert(message.to === state.id, 'a message for another node', message.to);
    if (message.term > state.currentTerm && !handleHigherTerm(state, message)) return;
    dispatch(state, message);
  }

  /** Does as much wait for a quorum as may wait? */
  get isOverloaded(): boolean {
    const { leadership, options, log } = this.#state;
    if (log.bytes >= options.logBytesMax) return true;
    return (leadership?.uncommittedBytes ?? 0) >= options.uncommittedBytesMax;
  }

  /** To whom this leader hands over, and so takes no command; null: it does not. */
  get transferTarget(): NodeId | null {
    return this.#state.leadership?.transfer?.target ?? null;
  }

  /** Appends a command to the log of this leader; it is committed, or lost with the leadership. */
  propose(data: ByteString): LogIndex {
    return appendToOwnLog(this.#state, 'command', data);
  }

  /** The result comes in a later `Ready.readResults`; see `read-index.ts`. */
  requestRead(readId: number, proof: LeadershipProof): void {
    requestRead(this.#state, readId, proof);
  }

  /** 4.1: changes the members by one server; done when the entry is committed. */
  proposeChange(change: MembershipChange): ProposeChangeResult {
    return proposeChange(this.#state, change);
  }

  /** 3.10: tells whether the transfer begins. It ends with the leadership, or in vain. */
  transferLeadership(target: NodeId): boolean {
    return startTransfer(this.#state, target);
  }

  /** May this node begin a snapshot of its own now? */
  get maySnapshot(): boolean {
    return maySnapshot(this.#state);
  }

  /** 5: a snapshot of all that is applied; it comes in chunks, one each time that one is wanted. */
  beginSnapshot(): LogBase {
    return beginSnapshot(this.#state);
  }

  get wantsChunk(): boolean {
    return wantsChunk(this.#state);
  }

  stageChunk(data: ByteString, isLast: boolean): void {
    stageChunk(this.#state, data, isLast);
  }

  /** Chunks of a leader's snapshot, each once and in order; number 0 begins another. */
  takeReceivedChunks(): readonly SnapshotChunk[] {
    const { receivedChunks: received } = this.#state;
    return received.length === 0 ? received : received.splice(0);
  }

  /** Has the snapshot that was received come into force? It tells so once. */
  takeHasInstalledSnapshot(): boolean {
    const { hasInstalledSnapshot: isReplaced } = this.#state;
    this.#state.hasInstalledSnapshot = false;
    return isReplaced;
  }

  /** Answers a question of `Ready.chunkQuestions`. */
  sendChunk({ peer, snapshotIndex }: ChunkRequest, chunk: SnapshotChunk | null): void {
    sendChunk(this.#state, peer, snapshotIndex, chunk);
  }

  /** The write that the last `Ready.persist` asked for is synced. */
  persisted(): void {
    recordPersisted(this.#state);
    maybeFinishCampaign(this.#state);
    maybeAdvanceCommitIndex(this.#state);
  }

  /** The connection to `peer` broke; a broken process closes it long before a timeout. */
  peerLost(peer: NodeId): void {
    const state = this.#state;
    if (!state.options.fastFailover || state.leadership || state.leaderId !== peer) return;
    becomeFollower(state, state.currentTerm, null);
    state.leaderHeardAtMs = Number.NEGATIVE_INFINITY;
    startElectionTimer(state, state.prng.below(state.options.heartbeatIntervalMs));
  }

  drainReady(): Ready {
    const state = this.#state;
    maybeFinishChange(state);
    if (state.leadership) {
      maybeStartReadRound(state);
      maybeSendTimeoutNow(state);
      replicate(state);
    }
    maybeSendAppendEntriesReply(state);
    const ready = drainReady(state);
    checkInvariants(state);
    return ready;
  }
}

function maybeSendHeartbeats(state: RaftState): void {
  const { leadership } = state;
  if (!leadership || state.nowMs < leadership.heartbeatDeadlineMs) return;
  leadership.heartbeatDeadlineMs = state.nowMs + state.options.heartbeatIntervalMs;
  for (const progress of leadership.progress.values()) progress.probeIsSent = false;
  startRound(state);
}

/** 3.3: a higher term is adopted, save where a message only asks (9.6) or disturbs (4.2.3). */
function handleHigherTerm(state: RaftState, message: Message): boolean {
  if (message.type === 'PreVote') return true;
  if (message.type === 'PreVoteReply' && message.voteGranted) return true;
  const { checkQuorum } = state.options;
  const isDisruptive = message.type === 'RequestVote' && checkQuorum && !message.isTransfer;
  if (isDisruptive && isLeaderAlive(state)) return false;
  becomeFollower(state, message.term, isFromLeader(message) ? message.from : null);
  return true;
}

function isFromLeader({ type }: Message): boolean {
  return type === 'AppendEntries' || type === 'InstallSnapshot';
}

/** Messages of an older term still come in; each handler knows what they are worth. */
function dispatch(state: RaftState, message: Message): void {
  switch (message.type) {
    case 'PreVote':
      handlePreVote(state, message);
      break;
    case 'PreVoteReply':
      handlePreVoteReply(state, message);
      break;
    case 'RequestVote':
      handleRequestVote(state, message);
      break;
    case 'RequestVoteReply':
      handleRequestVoteReply(state, message);
      break;
    case 'AppendEntries':
      handleAppendEntries(state, message);
      break;
    case 'AppendEntriesReply':
      handleAppendEntriesReply(state, message);
      break;
    case 'ReadIndex':
      handleReadIndex(state, message);
      break;
    case 'ReadIndexReply':
      handleReadIndexReply(state, message);
      break;
    case 'InstallSnapshot':
      handleInstallSnapshot(state, message);
      break;
    case 'InstallSnapshotReply':
      handleInstallSnapshotReply(state, message);
      break;
    case 'TimeoutNow':
      handleTimeoutNow(state, message);
      break;
    default:
      unreachable(message);
  }
}
