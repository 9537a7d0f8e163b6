import { unreachable } from '../../base/index.js';
import type { MessageNote } from '../../control/index.js';
import type { Message, Rejection } from '../../raft/index.js';

/** What an observer is shown of a message: no value of a key is in it. */
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
      const previous = `prev ${positionText(prevLogIndex, prevLogTerm)}`;
      const isHeartbeat = entries.length === 0;
      const words = isHeartbeat ? ['heartbeat', previous] : [previous, countText(entries.length)];
      return [...words, `commit ${leaderCommit}`].join(', ');
    }
    case 'AppendEntriesReply': {
      const { rejection, matchIndex, round } = message;
      if (rejection) return `rejected: ${rejectionText(rejection)}`;
      return round === 0 ? 'rejected: of an older term' : `match ${matchIndex}`;
    }
    case 'ReadIndex':
      return message.proof === 'lease' ? 'by the lease' : 'by a heartbeat round';
    case 'ReadIndexReply':
      return message.index === null ? 'refused: not the leader' : `read at ${message.index}`;
    case 'InstallSnapshot': {
      const { snapshot, chunk } = message;
      return `${chunk.isLast ? 'last ' : ''}chunk ${chunk.number} of the snapshot at ${snapshot.index}`;
    }
    case 'InstallSnapshotReply':
      return `next is chunk ${message.nextChunk} of the snapshot at ${message.snapshotIndex}`;
    case 'TimeoutNow':
      return 'campaign at once';
    default:
      return unreachable(message);
  }
}

function positionText(index: number, term: number): string {
  return `${index} (term ${term})`;
}

/** The leader goes back to where the conflict begins (3.5). */
function rejectionText({ prevLogIndex, conflictTerm, conflictIndex }: Rejection): string {
  if (conflictTerm === null) return `the log ends before ${conflictIndex}`;
  return `term ${conflictTerm} stands at ${prevLogIndex}, from ${conflictIndex} on`;
}

function countText(entries: number): string {
  return entries === 1 ? '1 entry' : `${entries} entries`;
}
