/** The only door to consensus. */
export type { RaftEvent } from './events.js';
export type {
  AppendEntries,
  AppendEntriesReply,
  Message,
  PreVote,
  PreVoteReply,
  ReadIndex,
  ReadIndexReply,
  ReadProof,
  Rejection,
  RequestVote,
  RequestVoteReply,
} from './messages.js';
export { defaultRaftOptions, type RaftOptions } from './options.js';
export type { Progress, ProgressMode } from './progress.js';
export { Raft } from './raft.js';
export type { Persist, Ready } from './ready.js';
export type { RaftState, ReadResult } from './state.js';
export {
  beforeLog,
  type Configuration,
  type DurableState,
  type Entry,
  type EntryKind,
  entryBytes,
  entryOverheadBytes,
  type HardState,
  type LogBase,
  type LogIndex,
  type NodeId,
  nodeId,
  noTerm,
  type Role,
  successor,
  type Term,
} from './types.js';
