import { assert } from '../base/index.js';
import type { RaftState } from './state.js';
import { beforeLog, type NodeId, type Term } from './types.js';

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
  reads.push(...(rounds?.waitingReads ?? []));
  for (const read of reads) {
    // A follower whose read is lost here learns of the new leader and asks that one.
    if (read.from === state.id) state.readResults.push({ readId: read.readId, index: null });
  }
  state.leadership = null;
  state.chunkRequests.length = 0;
  state.events.push({ type: 'steppedDown', term: state.currentTerm });
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
