/**
 * Describes a Raft message to observers, without any key or value. Other log text is in
 * log-text.ts.
 */

import { unreachable } from '../../base/index.js';
import type { MessageNote } from '../../control/index.js';
import type { Message, Rejection } from '../../raft/index.js';

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
      return round === 0 ? 'rejected: stale term' : `match ${matchIndex}`;
    }
    case 'ReadIndex':
      return message.proof === 'lease' ? 'confirm by lease' : 'confirm by a heartbeat round';
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

/** Names the place from which the leader will send again (3.5). */
function rejectionText({ prevLogIndex, conflictTerm, conflictIndex }: Rejection): string {
  if (conflictTerm === null) return `the log ends before ${conflictIndex}`;
  return `entry ${prevLogIndex} has term ${conflictTerm}, which starts at ${conflictIndex}`;
}

function countText(entries: number): string {
  return entries === 1 ? '1 entry' : `${entries} entries`;
}
