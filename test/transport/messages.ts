/** Messages from `sender` to `receiver` for the transport tests. */

import { type LogIndex, type Message, nodeId, type Term } from '../../src/raft/index.js';
import * as raft from '../raft/messages.js';

export const sender = nodeId('n1');
export const receiver = nodeId('n2');

export const mebibyte = 1024 * 1024;

/** Returns a small message, which tests recognize by its term. */
export function vote(term: number, from = sender, to = receiver): Message {
  return raft.preVoteReply(from, to, term, true);
}

/** Returns an AppendEntries with one entry of `bytes` bytes. */
export function append(bytes: number, term = 1): Message {
  const entry = { index: 1 as LogIndex, term: 1 as Term, kind: 'command' as const };
  const data = 'leto\xff\x00\r\n'.repeat(Math.ceil(bytes / 8)).slice(0, bytes);
  return raft.appendEntries(sender, receiver, term, { entries: [{ ...entry, data }] });
}
