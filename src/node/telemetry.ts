import type { NodeReport } from '../control/index.js';
import type { RaftState } from '../raft/index.js';

/** What a node tells the supervisor of itself. */
export function toReport(
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
    logTerms: [],
    electionTimer: null,
    ...counts,
  };
}
