/**
 * Elections (3.4) with PreVote (9.6), and how long a leader counts as alive (4.2.3, 6.2). A vote is
 * decided here; whether a RequestVote is heard at all is decided in raft.ts, before its term is
 * adopted.
 * Section numbers: Ongaro's dissertation, "Consensus: Bridging Theory and Practice" (2014).
 */

import { isVoter, peersOf } from './configuration.js';
import { majorityContactMs } from './contact.js';
import type {
  PreVote,
  PreVoteReply,
  RequestVote,
  RequestVoteReply,
  TimeoutNow,
} from './messages.js';
import { isHardStateDurable, send } from './outbox.js';
import { newProgress } from './progress.js';
import { countVotes } from './quorum.js';
import { startRound } from './read-index.js';
import { appendToOwnLog } from './replication.js';
import { becomeFollower, enterTerm, resetElectionTimer } from './roles.js';
import type { RaftState } from './state.js';
import { mayTakeOver } from './transfer.js';
import { beforeLog, entryBytes, type NodeId, successor } from './types.js';

/** Starts a campaign after an election timeout without a message from a leader (3.4). */
export function handleElectionTimeout(state: RaftState): void {
  if (!mayCampaign(state)) resetElectionTimer(state);
  else if (state.options.preVote) becomePreCandidate(state);
  else becomeCandidate(state, false);
}

/**
 * A learner does not campaign. A voter that the latest change removes still campaigns until it
 * knows that the change is committed: it may be the only node that has the entry, and then no other
 * node can be elected (4.2.2, Figure 4.6). The changes before the latest one are committed already,
 * since there is one at a time.
 */
function mayCampaign({ id, configuration, log, commitIndex }: RaftState): boolean {
  if (isVoter(configuration, id)) return true;
  const { previousConfiguration: previous, configurationIndex } = log;
  return previous !== null && configurationIndex > commitIndex && isVoter(previous, id);
}

/** Campaigns at once and without PreVote, since the leader asked for it (3.10). */
export function handleTimeoutNow(state: RaftState, message: TimeoutNow): void {
  if (mayTakeOver(state, message)) becomeCandidate(state, true);
}

/** Asks the other voters whether they would vote for this node. The term does not change (9.6). */
function becomePreCandidate(state: RaftState): void {
  state.role = 'preCandidate';
  startCampaign(state);
  state.events.push({ type: 'becamePreCandidate', term: state.currentTerm });
  const term = successor(state.currentTerm);
  for (const to of otherVoters(state)) {
    send(state, { type: 'PreVote', from: state.id, to, term, ...lastLogIndexAndTerm(state) });
  }
  maybeFinishCampaign(state);
}

/** Starts a term, votes for this node, and asks the other voters for their votes (3.4). */
function becomeCandidate(state: RaftState, isTransfer: boolean): void {
  enterTerm(state, successor(state.currentTerm));
  state.role = 'candidate';
  state.votedFor = state.id;
  startCampaign(state);
  state.events.push({ type: 'becameCandidate', term: state.currentTerm });
  const { id: from, currentTerm: term } = state;
  for (const to of otherVoters(state)) {
    send(state, { type: 'RequestVote', from, to, term, isTransfer, ...lastLogIndexAndTerm(state) });
  }
  maybeFinishCampaign(state);
}

function startCampaign(state: RaftState): void {
  state.leaderId = null;
  state.following = null;
  state.votes.clear();
  state.votes.set(state.id, true);
  resetElectionTimer(state);
}

function otherVoters({ configuration, id }: RaftState): NodeId[] {
  return configuration.voters.filter((voter) => voter !== id);
}

function lastLogIndexAndTerm({
  log: { lastIndex: lastLogIndex, lastTerm: lastLogTerm },
}: RaftState) {
  return { lastLogIndex, lastLogTerm };
}

/** Appends a no-op (6.4) and starts a round at once, before another node campaigns (3.4). */
function becomeLeader(state: RaftState): void {
  const { log, nowMs } = state;
  const peers = peersOf(state.configuration, state.id);
  const uncommitted = log.slice(successor(state.commitIndex), log.lastIndex, Infinity);
  state.role = 'leader';
  state.leaderId = state.id;
  state.votes.clear();
  state.leadership = {
    progress: new Map(peers.map((peer) => [peer, newProgress(log.lastIndex, nowMs)])),
    heartbeatDeadlineMs: nowMs + state.options.heartbeatIntervalMs,
    noopIndex: successor(log.lastIndex),
    rounds: {
      latest: 0,
      unconfirmed: [],
      confirmedStartMs: nowMs,
      confirmed: 0,
      leaseVoidThrough: 0,
      waitingReads: [],
    },
    uncommittedBytes: uncommitted.reduce((sum, entry) => sum + entryBytes(entry), 0),
    logTimeMs: 0,
    transfer: null,
    mayBeDeposed: false,
    settledConfigurationIndex: beforeLog,
  };
  appendToOwnLog(state, 'noop', '');
  state.events.push({ type: 'becameLeader', term: state.currentTerm });
  startRound(state);
}

/** Ends a campaign that is decided. The node's own vote counts only once it is durable (3.8). */
export function maybeFinishCampaign(state: RaftState): void {
  const isCandidate = state.role === 'candidate';
  if (!isCandidate && state.role !== 'preCandidate') return;
  if (isCandidate && !isHardStateDurable(state)) return;
  const result = countVotes(state.configuration.voters, state.votes);
  if (result === 'lost') becomeFollower(state, state.currentTerm, null);
  if (result !== 'won') return;
  if (isCandidate) becomeLeader(state);
  else becomeCandidate(state, false);
}

/** Grants a PreVote only if this node knows no live leader and could grant the vote (9.6). */
export function handlePreVote(state: RaftState, message: PreVote): void {
  const voteGranted =
    message.term > state.currentTerm &&
    !isLeaderAlive(state) &&
    isCandidateUpToDate(state, message);
  const term = voteGranted ? message.term : state.currentTerm;
  const { from: to } = message;
  send(state, { type: 'PreVoteReply', from: state.id, to, term, voteGranted });
}

/** Grants one vote a term, to the first candidate whose log is up to date enough (3.4, 3.6.1). */
export function handleRequestVote(state: RaftState, message: RequestVote): void {
  const voteGranted =
    message.term === state.currentTerm &&
    mayVoteFor(state, message) &&
    isCandidateUpToDate(state, message);
  if (voteGranted) {
    if (state.votedFor === null) {
      state.events.push({ type: 'votedFor', term: state.currentTerm, candidate: message.from });
    }
    state.votedFor = message.from;
    resetElectionTimer(state);
  }
  const { id: from, currentTerm: term } = state;
  send(state, { type: 'RequestVoteReply', from, to: message.from, term, voteGranted });
}

/**
 * A vote once given may be repeated. A first vote is refused while a leader is alive, even a leader
 * of an older term (4.2.3), because its lease relies on this (6.4.1).
 */
function mayVoteFor(state: RaftState, { from, isTransfer }: RequestVote): boolean {
  if (state.votedFor !== null) return state.votedFor === from;
  return isTransfer || !state.options.checkQuorum || !isLeaderAlive(state);
}

function isCandidateUpToDate(state: RaftState, message: PreVote | RequestVote): boolean {
  return state.log.isCandidateUpToDate(message.lastLogIndex, message.lastLogTerm);
}

export function handlePreVoteReply(state: RaftState, message: PreVoteReply): void {
  if (state.role !== 'preCandidate') return;
  if (message.voteGranted && message.term !== successor(state.currentTerm)) return;
  state.votes.set(message.from, message.voteGranted);
  maybeFinishCampaign(state);
}

export function handleRequestVoteReply(state: RaftState, message: RequestVoteReply): void {
  if (state.role !== 'candidate' || message.term !== state.currentTerm) return;
  state.votes.set(message.from, message.voteGranted);
  maybeFinishCampaign(state);
}

/**
 * True when this node heard from a leader within the smallest election timeout (4.2.3). For the
 * leader itself, its contact with a majority counts.
 */
export function isLeaderAlive(state: RaftState): boolean {
  const { leadership } = state;
  const heardAtMs = leadership ? majorityContactMs(state, leadership) : state.leaderHeardAtMs;
  return state.nowMs - heardAtMs < state.options.electionTimeoutMsMin;
}

/** Steps down when a leader had no contact with a majority for an election timeout (6.2). */
export function checkQuorum(state: RaftState): void {
  if (state.nowMs >= quorumDeadlineMs(state)) becomeFollower(state, state.currentTerm, null);
}

/** Returns the time at which this leader steps down unless a majority answers first. */
export function quorumDeadlineMs(state: Readonly<RaftState>): number {
  const { leadership, options } = state;
  if (!leadership || !options.checkQuorum) return Number.POSITIVE_INFINITY;
  return majorityContactMs(state, leadership) + options.electionTimeoutMsMax;
}
