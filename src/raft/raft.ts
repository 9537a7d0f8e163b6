/**
 * Consensus as one class: the public methods, the timers, the adoption of higher terms, and the
 * dispatch of messages. The rules themselves are in the files that this one calls.
 * Section numbers: Ongaro's dissertation, "Consensus: Bridging Theory and Practice" (2014).
 */

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
  proposeAddresses,
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
  voidLease,
} from './read-index.js';
import { drainReady, type Ready, recordPersisted } from './ready.js';
import {
  appendToOwnLog,
  handleAppendEntries,
  handleAppendEntriesReply,
  hasMoreToSend,
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
import type {
  AddressesById,
  DurableState,
  LogBase,
  LogIndex,
  NodeId,
  SnapshotChunk,
} from './types.js';

/**
 * Raft as a pure state machine. Inputs go in by the methods; what is to be done comes out of
 * `drainReady`, which the caller calls after each batch of inputs. Time, randomness and the
 * contents of the disk are given; times are virtual milliseconds.
 *
 * Methods throw LETO_ASSERTION when they meet an impossible state. The instance is unusable then.
 */
export class Raft {
  readonly #state: RaftState;

  constructor(options: RaftOptions, durable: DurableState, nowMs: number) {
    this.#state = createState(options, durable, nowMs);
  }

  /** The live state, for observers. Only this folder may change it. */
  get state(): Readonly<RaftState> {
    return this.#state;
  }

  /** Sets the current time, which must not go back. It runs no timer. */
  setClock(nowMs: number): void {
    assert(nowMs >= this.#state.nowMs, 'the clock went back', nowMs, this.#state.nowMs);
    this.#state.nowMs = nowMs;
  }

  /**
   * Ends this leader's lease, because time was disturbed: its clock no longer shows how long the
   * election timers of the others have run (6.4.1).
   */
  timeDisturbed(): void {
    voidLease(this.#state);
  }

  /** Runs the timers that are due. */
  tick(): void {
    const state = this.#state;
    if (state.leadership) {
      maybeSendHeartbeats(state);
      checkTransfer(state);
      checkQuorum(state);
    } else if (state.nowMs >= state.electionDeadlineMs) {
      handleElectionTimeout(state);
    }
  }

  /** The time at which `tick` is needed next, unless another input comes first. */
  get nextDeadlineMs(): number {
    const { leadership, electionDeadlineMs } = this.#state;
    if (!leadership) return electionDeadlineMs;
    const transferMs = leadership.transfer?.deadlineMs ?? Number.POSITIVE_INFINITY;
    return Math.min(leadership.heartbeatDeadlineMs, transferMs, quorumDeadlineMs(this.#state));
  }

  /**
   * Fires the election timer early, on demand. A leader has no such timer. The effect is that of a
   * clock that runs fast, so a lease that another node holds is not safe any more (6.4.1).
   */
  forceElectionTimeout(): void {
    const state = this.#state;
    if (state.leadership) return;
    state.leaderHeardAtMs = Number.NEGATIVE_INFINITY;
    handleElectionTimeout(state);
  }

  /** Handles one message from a peer. */
  step(message: Message): void {
    const state = this.#state;
    assert(message.to === state.id, 'a message for another node', message.to);
    if (message.term > state.currentTerm && !handleHigherTerm(state, message)) return;
    dispatch(state, message);
  }

  /** True when as many entries wait for a quorum, or for a snapshot, as the limits allow. */
  get isOverloaded(): boolean {
    const { leadership, options, log } = this.#state;
    if (log.bytes >= options.logBytesMax) return true;
    return (leadership?.uncommittedBytes ?? 0) >= options.uncommittedBytesMax;
  }

  /**
   * The target of the transfer under way. Null without one. Meanwhile no command may be proposed.
   */
  get transferTarget(): NodeId | null {
    return this.#state.leadership?.transfer?.target ?? null;
  }

  /** Appends a command to this leader's log. It is committed later, or lost with the leadership. */
  propose(data: ByteString): LogIndex {
    return appendToOwnLog(this.#state, 'command', data);
  }

  /** Sets the log time, in ms, that this leader's next AppendEntries tell. Others ignore it. */
  setLogTime(logTimeMs: number): void {
    const { leadership } = this.#state;
    if (leadership) leadership.logTimeMs = logTimeMs;
  }

  /** Asks for the index that a read must wait for. The result is in a later `Ready.readResults`. */
  requestRead(readId: number, proof: LeadershipProof): void {
    requestRead(this.#state, readId, proof);
  }

  /** Proposes to change the members by one server (4.1). It is done when the entry is committed. */
  proposeChange(change: MembershipChange): ProposeChangeResult {
    return proposeChange(this.#state, change);
  }

  /** Proposes the addresses at which members listen now (see `proposeAddresses`). */
  proposeAddresses(moved: AddressesById): ProposeChangeResult {
    return proposeAddresses(this.#state, moved);
  }

  /** Starts a transfer to `target` (3.10). Returns false when this is not possible. */
  transferLeadership(target: NodeId): boolean {
    return startTransfer(this.#state, target);
  }

  /** True when this node may begin a snapshot of its own state now. */
  get maySnapshot(): boolean {
    return maySnapshot(this.#state);
  }

  /**
   * Begins a snapshot of all that is applied (chapter 5). The caller must call `stageChunk`
   * whenever `wantsChunk` is true, until the last chunk.
   */
  beginSnapshot(): LogBase {
    return beginSnapshot(this.#state);
  }

  /** True when the next chunk of this node's own snapshot may be staged. */
  get wantsChunk(): boolean {
    return wantsChunk(this.#state);
  }

  /** Hands over the next chunk of this node's own snapshot, to be written to its disk. */
  stageChunk(data: ByteString, isLast: boolean): void {
    stageChunk(this.#state, data, isLast);
  }

  /** Removes and returns received chunks of a leader's snapshot, in order; 0 starts a new one. */
  takeReceivedChunks(): readonly SnapshotChunk[] {
    const { receivedChunks: received } = this.#state;
    return received.length === 0 ? received : received.splice(0);
  }

  /** Returns true once after a received snapshot came into force and must replace the state. */
  takeHasInstalledSnapshot(): boolean {
    const { hasInstalledSnapshot } = this.#state;
    this.#state.hasInstalledSnapshot = false;
    return hasInstalledSnapshot;
  }

  /** Answers one of `Ready.chunkRequests`. Null when the disk has another snapshot in force. */
  sendChunk({ peer, snapshotIndex }: ChunkRequest, chunk: SnapshotChunk | null): void {
    sendChunk(this.#state, peer, snapshotIndex, chunk);
  }

  /** Confirms that the write of the last `Ready.persist` is synced. */
  persisted(): void {
    recordPersisted(this.#state);
    maybeFinishCampaign(this.#state);
    maybeAdvanceCommitIndex(this.#state);
  }

  /**
   * Reports that the connection to `peer` broke. When a process dies its connections close at once,
   * so with `fastFailover` the followers of a dead leader need not wait for an election timeout.
   */
  peerLost(peer: NodeId): void {
    const state = this.#state;
    if (!state.options.fastFailover || state.leadership || state.leaderId !== peer) return;
    becomeFollower(state, state.currentTerm, null);
    state.leaderHeardAtMs = Number.NEGATIVE_INFINITY;
    startElectionTimer(state, state.prng.below(state.options.heartbeatIntervalMs));
  }

  /** True when this leader could send entries in another turn at once. */
  get hasMoreToSend(): boolean {
    return hasMoreToSend(this.#state);
  }

  /**
   * Ends a turn: starts what is due, makes the messages of replication, and empties all that is
   * ready to leave. The caller must carry out all of it; nothing is returned twice.
   */
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

/**
 * Adopts a higher term (3.3), with two exceptions. The term of a PreVote and of a granted
 * PreVoteReply has not begun yet (9.6). And while a leader is alive, only some messages may raise
 * the term (4.2.3); this is decided here, since the higher term alone would depose that leader,
 * even without a vote.
 * @returns False when the message must be ignored.
 */
function handleHigherTerm(state: RaftState, message: Message): boolean {
  if (message.type === 'PreVote') return true;
  if (message.type === 'PreVoteReply' && message.voteGranted) return true;
  const isGuarded = state.options.checkQuorum && isLeaderAlive(state);
  if (isGuarded && !mayEndLiveTerm(state, message)) return false;
  becomeFollower(state, message.term, isFromLeader(message) ? message.from : null);
  return true;
}

/**
 * True for a message that may end the term of a leader that is alive: one from a newer leader, a
 * RequestVote that the leader itself has caused (3.10), and what a follower tells this leader,
 * since a follower in a higher term cannot come back in any other way. The late answers of an
 * election are none of these: a follower that adopted their term would depose its leader with its
 * next reply.
 */
function mayEndLiveTerm({ leadership }: RaftState, message: Message): boolean {
  if (isFromLeader(message)) return true;
  if (message.type === 'RequestVote') return message.isTransfer;
  const isElection = message.type === 'PreVoteReply' || message.type === 'RequestVoteReply';
  return leadership !== null && !isElection;
}

function isFromLeader({ type }: Message): boolean {
  return type === 'AppendEntries' || type === 'InstallSnapshot';
}

/** Calls the handler of a message. Messages of an older term get here too; each handler checks. */
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
