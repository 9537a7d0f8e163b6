/**
 * Heartbeat rounds, and the reads that they serve (6.4, 6.4.1). Here a read is an id that is
 * answered with an index; executing it at that index is the replica's part
 * (src/replica/pending-reads.ts).
 * Section numbers: Ongaro's dissertation, "Consensus: Bridging Theory and Practice" (2014).
 */

import { assertPresent } from '../base/index.js';
import type { LeadershipProof, ReadIndex, ReadIndexReply } from './messages.js';
import { send } from './outbox.js';
import { reachedByMajority } from './quorum.js';
import type { Leadership, RaftState, ReadRequest, Round, Rounds } from './state.js';
import type { LogIndex } from './types.js';

/**
 * Asks for the index at which a read may be executed: a commitIndex of the leader from after the
 * read arrived, once the leader is sure that it still led then (6.4). One round serves many reads.
 *
 * The result comes in `readResults`, at once or after the round. When a follower's ReadIndex or its
 * reply is lost, no result comes, and the caller has to ask again.
 */
export function requestRead(state: RaftState, readId: number, proof: LeadershipProof): void {
  if (state.leadership) {
    takeRead(state, { readId, from: state.id }, proof);
  } else if (state.leaderId !== null) {
    const { id: from, leaderId: to, currentTerm: term } = state;
    send(state, { type: 'ReadIndex', from, to, term, readId, proof });
  } else {
    state.readResults.push({ readId, index: null });
  }
}

export function handleReadIndex(state: RaftState, message: ReadIndex): void {
  takeRead(state, { readId: message.readId, from: message.from }, message.proof);
}

function takeRead(state: RaftState, read: ReadRequest, proof: LeadershipProof): void {
  const rounds = state.leadership?.rounds;
  if (!rounds) answerRead(state, read, null);
  else if (proof === 'lease' && hasLease(state)) answerRead(state, read, state.commitIndex);
  else if (countWaitingReads(rounds) >= state.options.readsWaitingMax)
    answerRead(state, read, null);
  else rounds.waitingReads.push(read);
}

function countWaitingReads({ waitingReads: waiting, unconfirmed }: Rounds): number {
  return unconfirmed.reduce((sum, round) => sum + round.reads.length, waiting.length);
}

/**
 * True while no other leader can have been elected: a majority heard from this leader less than the
 * smallest election timeout ago (6.4.1). This holds only while live leaders are not disturbed
 * (4.2.3). So there is no lease without CheckQuorum, nor when a broken connection is enough to
 * campaign.
 */
export function hasLease(state: Readonly<RaftState>): boolean {
  const { leadership, options } = state;
  if (!options.checkQuorum || options.fastFailover) return false;
  if (!leadership || leadership.mayBeDeposed || !hasCommittedInCurrentTerm(state)) return false;
  const { confirmed, confirmedStartMs, leaseVoidThrough } = leadership.rounds;
  if (confirmed <= leaseVoidThrough) return false;
  return state.nowMs - confirmedStartMs < options.electionTimeoutMsMin * leaseShare;
}

/** Ends this leader's lease until a round is confirmed that begins after this call. */
export function voidLease({ leadership }: RaftState): void {
  if (leadership) leadership.rounds.leaseVoidThrough = leadership.rounds.latest;
}

/** A lease lasts this share of the smallest election timeout; the rest allows for clock drift. */
const leaseShare = 0.8;

export function handleReadIndexReply(state: RaftState, message: ReadIndexReply): void {
  if (message.term !== state.currentTerm) return;
  state.readResults.push({ readId: message.readId, index: message.index });
}

/** Starts a round for the reads that wait, unless a round with reads is under way already. */
export function maybeStartReadRound(state: RaftState): void {
  const { rounds } = assertPresent(state.leadership, 'only a leader starts rounds');
  if (rounds.waitingReads.length === 0 || !hasCommittedInCurrentTerm(state)) return;
  if (rounds.unconfirmed.some((round) => round.reads.length > 0)) return;
  startRound(state);
}

/** Starts a round with all reads that wait. `replicate` then sends its number to every peer. */
export function startRound(state: RaftState): void {
  const leadership = assertPresent(state.leadership, 'only a leader starts rounds');
  const { rounds } = leadership;
  rounds.latest += 1;
  const reads = hasCommittedInCurrentTerm(state) ? rounds.waitingReads.splice(0) : [];
  const { latest: number, unconfirmed } = rounds;
  unconfirmed.push({ number, startMs: state.nowMs, readIndex: state.commitIndex, reads });
  if (unconfirmed.length > roundsMax) mergeOldestRounds(unconfirmed);
  confirmRounds(state);
}

/** The number of unconfirmed rounds kept. With CheckQuorum a leader steps down long before. */
const roundsMax = 64;

/** Merges the oldest round into the next: its reads may be confirmed later, but never too early. */
function mergeOldestRounds(unconfirmed: Round[]): void {
  const oldest = unconfirmed.shift();
  unconfirmed[0]?.reads.unshift(...(oldest?.reads ?? []));
}

/** 6.4 step 1: before this is true, a leader does not know what earlier leaders have committed. */
function hasCommittedInCurrentTerm(state: RaftState): boolean {
  const { noopIndex } = assertPresent(state.leadership, 'only a leader has a no-op');
  return state.commitIndex >= noopIndex;
}

/** Confirms all rounds up to the latest one that a majority, the leader included, has answered. */
export function confirmRounds(state: RaftState): void {
  const { leadership } = state;
  if (!leadership) return;
  const { unconfirmed } = leadership.rounds;
  const confirmed = confirmedRound(state, leadership);
  while (unconfirmed[0] !== undefined && unconfirmed[0].number <= confirmed) {
    const round = unconfirmed.shift() as Round;
    leadership.rounds.confirmedStartMs = round.startMs;
    leadership.rounds.confirmed = round.number;
    for (const read of round.reads) answerRead(state, read, round.readIndex);
  }
}

function confirmedRound(state: RaftState, { progress, rounds }: Leadership): number {
  return reachedByMajority(
    state.configuration.voters.map((voter) =>
      voter === state.id ? rounds.latest : (progress.get(voter)?.ackedRound ?? 0),
    ),
  );
}

function answerRead(
  state: RaftState,
  { readId, from: to }: ReadRequest,
  index: LogIndex | null,
): void {
  if (to === state.id) {
    state.readResults.push({ readId, index });
    return;
  }
  const { id: from, currentTerm: term } = state;
  send(state, { type: 'ReadIndexReply', from, to, term, readId, index });
}
