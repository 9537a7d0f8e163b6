import { LetoError } from '../base/index.js';
import type { LogIndex, NodeId, Term } from '../raft/index.js';

/** What a user wants to know of one node beyond the view; each is answered by that node alone. */
export type Question =
  /** Entries of its log, `from` to `to`, at most `entriesAskedMax`; by default the latest. */
  | {
      readonly type: 'log';
      readonly node: string;
      readonly from: number | null;
      readonly to: number | null;
    }
  /** Its own log lines, oldest first; also of a node that is dead. */
  | { readonly type: 'lines'; readonly node: string }
  /** Keys that begin so, in order, with their values as this node has them. */
  | { readonly type: 'keys'; readonly node: string; readonly prefix: string; readonly max: number };

/** What a node's thread answers; its lines are kept by the supervisor, past its death. */
export type NodeQuestion = Exclude<Question, { readonly type: 'lines' }>;
export type NodeAnswer = Answers[NodeQuestion['type']];

export interface LogAnswer {
  readonly node: NodeId;
  /** Those before it stand behind a snapshot. */
  readonly firstLogIndex: LogIndex;
  readonly entries: readonly LogEntryView[];
}

/** One entry, as `log --json` has it. */
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
  /** Printable; a long value is cut. */
  readonly pairs: readonly { readonly key: string; readonly value: string }[];
  /** All keys that begin so. */
  readonly count: number;
}

/** The answer to a question, by its type. */
export interface Answers {
  readonly log: LogAnswer;
  readonly lines: LinesAnswer;
  readonly keys: KeysAnswer;
}

export type AnswerTo<Q extends Question> = Answers[Q['type']];

export const entriesAskedMax = 1000;
export const keysAskedMax = 1000;
/** Lines that are kept of each node. */
export const linesKeptMax = 1000;

/** @throws {LetoError} LETO_BAD_OPTION */
export function checkQuestion(question: Question): void {
  if (question.type === 'log') checkRange(question.from, question.to);
  if (question.type !== 'keys') return;
  const { max } = question;
  if (Number.isInteger(max) && max >= 1 && max <= keysAskedMax) return;
  throw badOption(`${max} keys are asked for; ask for 1 to ${keysAskedMax}`);
}

function checkRange(from: number | null, to: number | null): void {
  for (const index of [from, to]) {
    if (index === null || (Number.isSafeInteger(index) && index >= 1)) continue;
    throw badOption(`${index} is no index of a log; they are whole numbers from 1 on`);
  }
  if (from !== null && to !== null && to < from) {
    throw badOption(`entries ${from} to ${to} are none; give the lower index as --from`);
  }
}

function badOption(message: string): LetoError {
  return new LetoError('LETO_BAD_OPTION', message);
}
