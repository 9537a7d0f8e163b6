import type { MessageNote } from '../control/index.js';
import type { Message } from '../raft/index.js';

/** What an onlooker is shown of a message: no value of a key is in it. */
export function toMessageNote(message: Message, isLost: boolean): MessageNote {
  const { from, to, type, term } = message;
  return { from, to, type, term, details: detailsOf(message), isLost };
}

function detailsOf(message: Message): string {
  switch (message.type) {
    case 'PreVote':
    case 'RequestVote':
      return `last ${positionText(message.lastLogIndex, message.lastLogTerm)}`;
    case 'PreVoteReply':
    case 'RequestVoteReply':
      return message.voteGranted ? 'granted' : 'refused';
    case 'AppendEntries': {
      const { prevLogIndex, prevLogTerm, entries, leaderCommit } = message;
      const previous = positionText(prevLogIndex, prevLogTerm);
      return `prev ${previous}, ${countText(entries.length)}, commit ${leaderCommit}`;
    }
    case 'AppendEntriesReply': {
      const { rejection, matchIndex } = message;
      return rejection ? `rejected at ${rejection.prevLogIndex}` : `match ${matchIndex}`;
    }
    case 'ReadIndex':
      return message.proof;
    case 'ReadIndexReply':
      return message.index === null ? 'refused' : `index ${message.index}`;
    case 'InstallSnapshot':
      return `snapshot ${message.snapshot.index}, chunk ${message.chunk.number}`;
    case 'InstallSnapshotReply':
      return `snapshot ${message.snapshotIndex}, next chunk ${message.nextChunk}`;
    case 'TimeoutNow':
      return '';
  }
}

function positionText(index: number, term: number): string {
  return `${index} (term ${term})`;
}

function countText(entries: number): string {
  if (entries === 0) return 'heartbeat';
  return entries === 1 ? '1 entry' : `${entries} entries`;
}
