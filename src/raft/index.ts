/**
 * The public interface of src/raft: other folders import consensus only from here. Readers start
 * with README.md.
 * Section numbers: Ongaro's dissertation, "Consensus: Bridging Theory and Practice" (2014).
 */

export type { AdminCommand, AdminOutcome, AdminRefusal } from './admin-command.js';
export { decodeConfiguration, isMember, membersMax, sharesAddress } from './configuration.js';
export type { RaftEvent } from './events.js';
export type { MembershipChange, MembershipRefusal } from './membership.js';
export type {
  AppendEntries,
  AppendEntriesReply,
  InstallSnapshot,
  InstallSnapshotReply,
  LeadershipProof,
  Message,
  PreVote,
  PreVoteReply,
  ReadIndex,
  ReadIndexReply,
  Rejection,
  RequestVote,
  RequestVoteReply,
  TimeoutNow,
} from './messages.js';
export { defaultRaftOptions, type RaftOptions } from './options.js';
export type { Persist, SnapshotInstall, SnapshotPersist } from './persist.js';
export type { Progress, ProgressMode } from './progress.js';
export { Raft } from './raft.js';

export type { ChunkRequest, RaftState, ReadResult } from './state.js';
export { bestTransferTarget } from './transfer.js';
export {
  type AddressesById,
  beforeLog,
  type Configuration,
  type DurableState,
  type Entry,
  type EntryKind,
  entryBytes,
  type HardState,
  type LogBase,
  type LogIndex,
  type NodeId,
  nodeId,
  noTerm,
  type ReadMode,
  type Role,
  type SnapshotChunk,
  successor,
  type Term,
} from './types.js';
