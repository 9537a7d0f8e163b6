/**
 * Questions about a single node that the view does not answer, and their answers. No question goes
 * through Raft, so a node answers with what it alone knows, which may be stale.
 */

import { LetoError } from '../base/index.js';
import type { LogIndex, NodeId, Term } from '../raft/index.js';

/** A question about one node. */
export type Question =
  /** The log entries `from` to `to`, at most `entriesAskedMax`; the latest when both are null. */
  | {
      readonly type: 'log';
      readonly node: string;
      readonly from: number | null;
      readonly to: number | null;
    }
  /** The log lines of the node, oldest first. A dead node has them too. */
  | { readonly type: 'lines'; readonly node: string }
  /** The first `max` keys with this prefix, in order, with their values on this node. */
  | { readonly type: 'keys'; readonly node: string; readonly prefix: string; readonly max: number };

/** A question for the node's thread. The supervisor itself answers `lines`, for dead nodes too. */
export type NodeQuestion = Exclude<Question, { readonly type: 'lines' }>;
export type NodeAnswer = Answers[NodeQuestion['type']];

export interface LogAnswer {
  readonly node: NodeId;
  /** The index of the first entry in the log. A snapshot holds the effect of the earlier ones. */
  readonly firstLogIndex: LogIndex;
  readonly entries: readonly LogEntryView[];
}

/** One entry, in the form of `log --json`. */
export interface LogEntryView {
  readonly index: LogIndex;
  readonly term: Term;
  readonly command: string;
  readonly committed: boolean;
  readonly applied: boolean;
}

export interface LinesAnswer {
  readonly lines: readonly string[];
}

export interface KeysAnswer {
  /** Printable text; a long value is shortened. */
  readonly pairs: readonly { readonly key: string; readonly value: string }[];
  /** The number of all keys with the prefix. */
  readonly count: number;
}

/** The type of the answer, by the type of the question. */
export interface Answers {
  readonly log: LogAnswer;
  readonly lines: LinesAnswer;
  readonly keys: KeysAnswer;
}

export type AnswerTo<Q extends Question> = Answers[Q['type']];

export const entriesAskedMax = 1000;
export const keysAskedMax = 1000;
/** The number of latest log lines that the supervisor keeps of each node. */
export const linesKeptMax = 1000;

/** @throws {LetoError} LETO_BAD_OPTION when a bound of the question is out of range */
export function checkQuestion(question: Question): void {
  if (question.type === 'log') checkRange(question.from, question.to);
  if (question.type !== 'keys') return;
  const { max } = question;
  if (Number.isInteger(max) && max >= 1 && max <= keysAskedMax) return;
  throw badOption(`can't list ${max} keys; ask for 1 to ${keysAskedMax}`);
}

function checkRange(from: number | null, to: number | null): void {
  for (const index of [from, to]) {
    if (index === null || (Number.isSafeInteger(index) && index >= 1)) continue;
    throw badOption(`${index} is not a log index; use a whole number from 1 up`);
  }
  if (from !== null && to !== null && to < from) {
    throw badOption(`there are no entries from ${from} to ${to}; --from must be the lower index`);
  }
}

function badOption(message: string): LetoError {
  return new LetoError('LETO_BAD_OPTION', message);
}
