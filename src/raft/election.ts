import { isVoter, peersOf } from './configuration.js';
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

/** 3.4: no word from a leader for an election timeout. */
export function handleElectionTimeout(state: RaftState): void {
  if (!mayCampaign(state)) resetElectionTimer(state);
  else if (state.options.preVote) becomePreCandidate(state);
  else becomeCandidate(state, false);
}

/**
 * A learner does not campaign. A voter that the latest change removes does until that is known to be
 * committed: it may be the only one that holds the entry, and then no other can be elected (4.2.2,
 * Figure 4.6). All changes before the latest are committed, as there is one at a time.
 */
function mayCampaign({ id, configuration, log, commitIndex }: RaftState): boolean {
  if (isVoter(configuration, id)) return true;
  const { previousConfiguration: previous, configurationIndex } = log;
  return previous !== null && configurationIndex > commitIndex && isVoter(previous, id);
}

/** 3.10: at once and without PreVote, since the leader itself wants it. */
export function handleTimeoutNow(state: RaftState, message: TimeoutNow): void {
  if (mayTakeOver(state, message)) becomeCandidate(state, true);
}

/** 9.6: the term stays until a majority says that an election could be won. */
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

/** 3.4: a new term, a vote for itself, and the same asked of all others. */
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

/** 3.4: a leader appends its no-op at once (6.4), and sends to all before another campaigns. */
function becomeLeader(state: RaftState): void {
  const { log, nowMs } = state;
  const peers = peersOf(state.configuration, state.id);
  const uncommitted = log.slice(successor(state.commitIndex), log.lastIndex, Infinity);
  state.role = 'leader';
  state.leaderId = state.id;
  state.votes.clear();
  state.leadership = {
    progress: new Map(peers.map((peer) => [peer, newProgress(log.lastIndex)])),
    heartbeatDeadlineMs: nowMs + state.options.heartbeatIntervalMs,
    noopIndex: successor(log.lastIndex),
    rounds: { latest: 0, unconfirmed: [], confirmedStartMs: nowMs, waitingReads: [] },
    uncommittedBytes: uncommitted.reduce((sum, entry) => sum + entryBytes(entry), 0),
    transfer: null,
    mayBeDeposed: false,
    settledConfigurationIndex: beforeLog,
  };
  appendToOwnLog(state, 'noop', '');
  state.events.push({ type: 'becameLeader', term: state.currentTerm });
  startRound(state);
}

/** Is an election decided? One's own vote counts once it is durable, like everybody's (3.8). */
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

/** 9.6: yes only if no leader is alive here and the vote itself would be given. */
export function handlePreVote(state: RaftState, message: PreVote): void {
  const voteGranted =
    message.term > state.currentTerm &&
    !isLeaderAlive(state) &&
    isCandidateUpToDate(state, message);
  const term = voteGranted ? message.term : state.currentTerm;
  const { from: to } = message;
  send(state, { type: 'PreVoteReply', from: state.id, to, term, voteGranted });
}

/** 3.4 and 3.6.1: one vote a term, first come, and only to a log as up to date as one's own. */
export function handleRequestVote(state: RaftState, message: RequestVote): void {
  const mayVote = state.votedFor === null || state.votedFor === message.from;
  const voteGranted =
    message.term === state.currentTerm && mayVote && isCandidateUpToDate(state, message);
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

/** 4.2.3: a leader that was heard within the smallest election timeout is taken to be alive. */
export function isLeaderAlive(state: RaftState): boolean {
  const heardAtMs = state.leadership?.rounds.confirmedStartMs ?? state.leaderHeardAtMs;
  return state.nowMs - heardAtMs < state.options.electionTimeoutMsMin;
}

/** 6.2: a leader that no majority has answered for an election timeout steps down. */
export function checkQuorum(state: RaftState): void {
  if (state.nowMs >= quorumDeadlineMs(state)) becomeFollower(state, state.currentTerm, null);
}

/** When this leader steps down, unless a majority answers before. */
export function quorumDeadlineMs({ leadership, options }: Readonly<RaftState>): number {
  if (!leadership || !options.checkQuorum) return Number.POSITIVE_INFINITY;
  return leadership.rounds.confirmedStartMs + options.electionTimeoutMsMax;
}
