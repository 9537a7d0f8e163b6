/**
 * Answers questions about a node's log and keys from its own state, without Raft. The node may be
 * behind the others, so an answer may be stale.
 */

import {
  entriesAskedMax,
  type LogAnswer,
  type NodeAnswer,
  type NodeQuestion,
} from '../control/index.js';
import type { Replica } from '../replica/index.js';
import { describeEntry, entriesBetween } from '../server/index.js';
import { searchKeys } from './key-search.js';

export async function answerQuestion(
  replica: Replica,
  question: NodeQuestion,
): Promise<NodeAnswer> {
  if (question.type === 'log') return readLog(replica, question);
  const { prefix, max } = question;
  return searchKeys(replica.machine.store, prefix, max);
}

function readLog(
  { raftState: raft }: Replica,
  { from, to }: Extract<NodeQuestion, { readonly type: 'log' }>,
): LogAnswer {
  const last = to ?? raft.log.lastIndex;
  const first = from ?? last - entriesAskedMax + 1;
  const entries = entriesBetween(raft, first, last, entriesAskedMax).map((entry) => ({
    index: entry.index,
    term: entry.term,
    command: describeEntry(entry),
    committed: entry.index <= raft.commitIndex,
    applied: entry.index <= raft.lastApplied,
  }));
  return { node: raft.id, firstLogIndex: raft.log.firstIndex, entries };
}
