/** Short constructors for messages, and filters by type. */

import type {
  AddressesById,
  AppendEntries,
  AppendEntriesReply,
  Entry,
  InstallSnapshot,
  InstallSnapshotReply,
  LeadershipProof,
  LogIndex,
  Message,
  NodeId,
  PreVote,
  PreVoteReply,
  ReadIndex,
  ReadIndexReply,
  Rejection,
  RequestVote,
  RequestVoteReply,
  SnapshotChunk,
  Term,
  TimeoutNow,
} from '../../src/raft/index.js';

/** An index and its term. */
export type Position = readonly [index: number, term: number];

function envelope(from: NodeId, to: NodeId, term: number) {
  return { from, to, term: term as Term };
}

function last([index, term]: Position) {
  return { lastLogIndex: index as LogIndex, lastLogTerm: term as Term };
}

export function preVote(from: NodeId, to: NodeId, term: number, end: Position): PreVote {
  return { type: 'PreVote', ...envelope(from, to, term), ...last(end) };
}

export function preVoteReply(
  from: NodeId,
  to: NodeId,
  term: number,
  voteGranted: boolean,
): PreVoteReply {
  return { type: 'PreVoteReply', ...envelope(from, to, term), voteGranted };
}

export function requestVote(
  from: NodeId,
  to: NodeId,
  term: number,
  end: Position,
  { isTransfer = false } = {},
): RequestVote {
  return { type: 'RequestVote', isTransfer, ...envelope(from, to, term), ...last(end) };
}

export function requestVoteReply(
  from: NodeId,
  to: NodeId,
  term: number,
  voteGranted: boolean,
): RequestVoteReply {
  return { type: 'RequestVoteReply', ...envelope(from, to, term), voteGranted };
}

interface AppendEntriesFields {
  readonly prev?: Position;
  readonly entries?: readonly Entry[];
  readonly commit?: number;
  readonly round?: number;
  readonly logTimeMs?: number;
}

export function appendEntries(
  from: NodeId,
  to: NodeId,
  term: number,
  { prev = [0, 0], entries = [], commit = 0, round = 1, logTimeMs = 0 }: AppendEntriesFields = {},
): AppendEntries {
  return {
    type: 'AppendEntries',
    ...envelope(from, to, term),
    prevLogIndex: prev[0] as LogIndex,
    prevLogTerm: prev[1] as Term,
    entries,
    leaderCommit: commit as LogIndex,
    logTimeMs,
    round,
  };
}

interface AppendEntriesReplyFields {
  readonly match?: number;
  readonly round?: number;
  readonly rejection?: Rejection | null;
}

export function appendEntriesReply(
  from: NodeId,
  to: NodeId,
  term: number,
  { match = 0, round = 1, rejection = null }: AppendEntriesReplyFields = {},
): AppendEntriesReply {
  const matchIndex = match as LogIndex;
  return {
    type: 'AppendEntriesReply',
    ...envelope(from, to, term),
    round,
    matchIndex,
    rejection,
  };
}

export function rejection(prev: number, conflict: { term: number | null; index: number }) {
  return {
    prevLogIndex: prev as LogIndex,
    conflictTerm: conflict.term as Term | null,
    conflictIndex: conflict.index as LogIndex,
  };
}

export function readIndex(
  from: NodeId,
  to: NodeId,
  term: number,
  readId: number,
  proof: LeadershipProof = 'round',
): ReadIndex {
  return { type: 'ReadIndex', ...envelope(from, to, term), readId, proof };
}

export function readIndexReply(
  from: NodeId,
  to: NodeId,
  term: number,
  readId: number,
  index: number | null,
): ReadIndexReply {
  return {
    type: 'ReadIndexReply',
    ...envelope(from, to, term),
    readId,
    index: index as LogIndex | null,
  };
}

interface InstallSnapshotFields {
  /** The last entry that the snapshot covers. */
  readonly last: Position;
  readonly chunk: SnapshotChunk;
  readonly voters: readonly NodeId[];
  readonly learners?: readonly NodeId[];
  readonly addresses?: AddressesById;
}

export function installSnapshot(
  from: NodeId,
  to: NodeId,
  term: number,
  { last: [index, lastTerm], chunk, ...members }: InstallSnapshotFields,
): InstallSnapshot {
  const configuration = { learners: [], ...members };
  const snapshot = { index: index as LogIndex, term: lastTerm as Term, configuration };
  return { type: 'InstallSnapshot', ...envelope(from, to, term), snapshot, chunk };
}

export function installSnapshotReply(
  from: NodeId,
  to: NodeId,
  term: number,
  snapshotIndex: number,
  nextChunk: number,
): InstallSnapshotReply {
  return {
    type: 'InstallSnapshotReply',
    ...envelope(from, to, term),
    snapshotIndex: snapshotIndex as LogIndex,
    nextChunk,
  };
}

export function timeoutNow(from: NodeId, to: NodeId, term: number): TimeoutNow {
  return { type: 'TimeoutNow', ...envelope(from, to, term) };
}

/** Returns the messages of one type. */
export function ofType<T extends Message['type']>(
  messages: readonly Message[],
  type: T,
): Extract<Message, { type: T }>[] {
  return messages.filter(
    (message): message is Extract<Message, { type: T }> => message.type === type,
  );
}

/** Returns the only message of a type. It throws unless there is exactly one. */
export function theOnly<T extends Message['type']>(
  messages: readonly Message[],
  type: T,
): Extract<Message, { type: T }> {
  const [message, ...others] = ofType(messages, type);
  if (!message || others.length > 0) {
    throw new Error(`${others.length + (message ? 1 : 0)} messages are of type ${type}, not one`);
  }
  return message;
}
