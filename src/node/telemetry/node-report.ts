/** The state of a node as it is reported to the supervisor and to `/status`. */

import { type ElectionTimer, logShownMax, type NodeReport } from '../../control/index.js';
import { type LogIndex, type RaftState, successor, type Term } from '../../raft/index.js';

/** Returns the report on the present state; `role` is `learner` for a node without a vote. */
export function toNodeReport(
  raft: Readonly<RaftState>,
  counts: Pick<NodeReport, 'keys' | 'usedBytes' | 'clients' | 'sessions' | 'syncMsP99'>,
): NodeReport {
  const isVoter = raft.configuration.voters.includes(raft.id);
  return {
    role: isVoter ? raft.role : 'learner',
    term: raft.currentTerm,
    votedFor: raft.votedFor,
    leader: raft.leaderId,
    lastLogIndex: raft.log.lastIndex,
    lastLogTerm: raft.log.lastTerm,
    commitIndex: raft.commitIndex,
    lastApplied: raft.lastApplied,
    snapshotIndex: raft.snapshot.index,
    voter: isVoter,
    voters: raft.configuration.voters,
    learners: raft.configuration.learners,
    termStartIndex: raft.leadership?.noopIndex ?? null,
    peers: [...(raft.leadership?.progress ?? [])].map(([id, { nextIndex, matchIndex, mode }]) => ({
      id,
      nextIndex,
      matchIndex,
      mode,
    })),
    firstLogIndex: raft.log.firstIndex,
    logTerms: logTermsOf(raft),
    electionTimer: isVoter ? electionTimerOf(raft) : null,
    ...counts,
  };
}

function logTermsOf({ log }: Readonly<RaftState>): NodeReport['logTerms'] {
  const runs: { readonly from: LogIndex; readonly term: Term }[] = [];
  let index = Math.max(log.firstIndex, log.lastIndex - logShownMax + 1) as LogIndex;
  for (; index <= log.lastIndex; index = successor(index)) {
    const term = log.termAt(index);
    if (term !== undefined && term !== runs.at(-1)?.term) runs.push({ from: index, term });
  }
  return runs;
}

function electionTimerOf(raft: Readonly<RaftState>): ElectionTimer | null {
  if (raft.leadership) return null;
  const leftMs = Math.max(0, Math.round(raft.electionDeadlineMs - raft.nowMs));
  return { leftMs, timeoutMs: Math.round(raft.electionTimeoutMs) };
}
