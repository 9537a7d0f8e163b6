/**
 * The transitions that are common to all roles: entering a term, becoming a follower, and the
 * election timer (3.3, 3.4). Campaigns and how a leader is made are in election.ts.
 * Section numbers: Ongaro's dissertation, "Consensus: Bridging Theory and Practice" (2014).
 */

import { assert } from '../base/index.js';
import type { RaftState } from './state.js';
import { beforeLog, type NodeId, type Term } from './types.js';

/** Enters a higher term, without a vote. Messages of an older term are not sent any more. */
export function enterTerm(state: RaftState, term: Term): void {
  assert(term > state.currentTerm, 'a new term is not higher than the current one', term);
  state.currentTerm = term;
  state.votedFor = null;
  state.outbox.length = 0;
  if (state.staging?.leaderId) state.staging = null;
}

/**
 * Becomes a follower in `term`, which may be the current one (3.3).
 * @param leaderId The leader of `term`. Null when it is not known yet.
 */
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
  reads.push(...(rounds?.waitingReads ?? []));
  for (const read of reads) {
    // A follower whose read is lost here asks the new leader once it hears of it.
    if (read.from === state.id) state.readResults.push({ readId: read.readId, index: null });
  }
  state.leadership = null;
  state.chunkRequests.length = 0;
  state.events.push({ type: 'steppedDown', term: state.currentTerm });
}

/** Draws a random election timeout, so that split votes are rare and soon resolved (3.4). */
export function resetElectionTimer(state: RaftState): void {
  const { electionTimeoutMsMin, electionTimeoutMsMax } = state.options;
  startElectionTimer(state, state.prng.between(electionTimeoutMsMin, electionTimeoutMsMax));
}

export function startElectionTimer(state: RaftState, timeoutMs: number): void {
  state.electionTimeoutMs = timeoutMs;
  state.electionDeadlineMs = state.nowMs + timeoutMs;
}
