/** Raft's logs, events and messages in the words of a transcript. */

import type {
  AppendEntries,
  AppendEntriesReply,
  Message,
  NodeId,
  RaftEvent,
  RaftState,
  Rejection,
} from '../../src/raft/index.js';

/** Describes a log: `..5/1` stands for all that the snapshot covers, `6/2` is index 6, term 2. */
export function describeLog({ log, commitIndex }: Readonly<RaftState>): string {
  const { base, firstIndex, lastIndex } = log;
  const entries = log.slice(firstIndex, lastIndex, Number.POSITIVE_INFINITY);
  const words = entries.map(({ index, term }) => `${index}/${term}`);
  if (base.index > 0) words.unshift(`..${base.index}/${base.term}`);
  return `log ${words.length === 0 ? 'empty' : words.join(' ')} commit ${commitIndex}`;
}

export function describeMembers(voters: readonly NodeId[], learners: readonly NodeId[]): string {
  const all = voters.join(' ');
  return learners.length === 0 ? all : `${all} learners ${learners.join(' ')}`;
}

export function describeEvent(event: RaftEvent): string {
  switch (event.type) {
    case 'becamePreCandidate':
      return `asks who would vote for it in term ${event.term + 1}`;
    case 'becameCandidate':
      return `becomes candidate of term ${event.term}`;
    case 'becameLeader':
      return `becomes leader of term ${event.term}`;
    case 'becameFollower':
      return event.leader === null
        ? `becomes follower in term ${event.term}`
        : `follows ${event.leader} in term ${event.term}`;
    case 'steppedDown':
      return `steps down as leader of term ${event.term}`;
    case 'votedFor':
      return `votes for ${event.candidate} in term ${event.term}`;
    case 'truncated':
      return event.from === event.to
        ? `removes entry ${event.from}`
        : `removes entries ${event.from} to ${event.to}`;
    case 'snapshotTaken':
      return `takes a snapshot up to index ${event.index}`;
    case 'snapshotInstalled':
      return `installs the snapshot of ${event.leader} up to index ${event.index}`;
    case 'configurationChanged':
      return `now has the members ${describeMembers(event.voters, event.learners)}`;
    case 'transferStarted':
      return `starts a transfer to ${event.target}`;
    case 'transferFailed':
      return `stays leader of term ${event.term}: ${event.target} did not take over`;
  }
}

export function describeMessage(message: Message): string {
  return `${message.type} from ${message.from} ${describeBody(message)}`.trimEnd();
}

function describeBody(message: Message): string {
  const term = `term ${message.term}`;
  switch (message.type) {
    case 'PreVote':
      return `for ${term} last ${message.lastLogIndex}/${message.lastLogTerm}`;
    case 'RequestVote':
      return `${term} last ${message.lastLogIndex}/${message.lastLogTerm}${
        message.isTransfer ? ' (transfer)' : ''
      }`;
    case 'PreVoteReply':
    case 'RequestVoteReply':
      return `${term} ${message.voteGranted ? 'yes' : 'no'}`;
    case 'AppendEntries':
      return `${term} ${describeEntries(message)}`;
    case 'AppendEntriesReply':
      return `${term} ${describeAnswer(message)}`;
    case 'ReadIndex':
      return term;
    case 'ReadIndexReply':
      return `${term} ${message.index === null ? 'not served' : `index ${message.index}`}`;
    case 'InstallSnapshot': {
      const { snapshot, chunk } = message;
      const which = chunk.isLast ? ', the last' : '';
      return `${term} ..${snapshot.index}/${snapshot.term} chunk ${chunk.number} "${chunk.data}"${which}`;
    }
    case 'InstallSnapshotReply':
      return `${term} wants chunk ${message.nextChunk} of ..${message.snapshotIndex}`;
    case 'TimeoutNow':
      return term;
  }
}

function describeEntries({ prevLogIndex, prevLogTerm, ...message }: AppendEntries): string {
  const entries = message.entries.map(({ index, term }) => `${index}/${term}`).join(' ');
  const what = entries === '' ? 'no entries' : `entries ${entries}`;
  const { leaderCommit, round } = message;
  return `prev ${prevLogIndex}/${prevLogTerm} ${what} commit ${leaderCommit} round ${round}`;
}

function describeAnswer({ round, matchIndex, rejection }: AppendEntriesReply): string {
  if (rejection) return `${describeRejection(rejection)} round ${round}`;
  return round === 0 && matchIndex === 0 ? 'refused' : `match ${matchIndex} round ${round}`;
}

function describeRejection({ prevLogIndex, conflictTerm, conflictIndex }: Rejection): string {
  const why =
    conflictTerm === null
      ? `its log ends before ${conflictIndex}`
      : `it has term ${conflictTerm} there, since ${conflictIndex}`;
  return `rejects prev ${prevLogIndex}: ${why}`;
}
