/**
 * The vocabulary of Raft as plain data: terms, indexes, entries, members and what survives a crash.
 * The state of a running node is in state.ts, and the messages between nodes are in messages.ts.
 * Section numbers: Ongaro's dissertation, "Consensus: Bridging Theory and Practice" (2014).
 */

import type { ByteString } from '../base/index.js';

/** A logical clock that numbers elections: a term has at most one leader, ever (3.3). */
export type Term = number & { readonly brand: 'Term' };

/** A position in the log; the first entry has index 1, and 0 means "before the log". */
export type LogIndex = number & { readonly brand: 'LogIndex' };

export type NodeId = string & { readonly brand: 'NodeId' };

/** The roles of 3.3, and `preCandidate` (9.6), which asks whether it could win an election. */
export type Role = 'follower' | 'preCandidate' | 'candidate' | 'leader';

/**
 * The guarantee behind a read: a heartbeat round (6.4), the leader's lease (6.4.1), or none. A
 * local read may be stale.
 */
export type ReadMode = 'linearizable' | 'lease' | 'local';

/**
 * A no-op begins each term (6.4). A command belongs to the state machine and is opaque to Raft. A
 * configuration names the members from this entry on (4.1).
 */
export type EntryKind = 'noop' | 'command' | 'configuration';

export interface Entry {
  readonly index: LogIndex;
  readonly term: Term;
  readonly kind: EntryKind;
  readonly data: ByteString;
}

/** The term and vote, which must be on disk before a message that depends on them leaves (3.8). */
export interface HardState {
  readonly currentTerm: Term;
  readonly votedFor: NodeId | null;
}

/** The members of a cluster: voters form quorums, learners only receive the log (4.2.1). */
export interface Configuration {
  readonly voters: readonly NodeId[];
  readonly learners: readonly NodeId[];
  /** The `host:port` where members listen for peers. Absent when a supervisor connects them. */
  readonly addresses?: AddressesById;
}

export type AddressesById = Readonly<Record<string, string>>;

/** A point in the log: the index and term of an entry, and the members as of that entry. */
export interface LogBase {
  readonly index: LogIndex;
  readonly term: Term;
  readonly configuration: Configuration;
}

/** The state that survives a crash. */
export interface DurableState {
  readonly hardState: HardState;
  /**
   * The last entry that the snapshot in force covers; the state machine starts from it (chapter 5).
   * Every node of a new cluster starts with the empty snapshot at index 0, which holds the first
   * configuration.
   */
  readonly snapshot: LogBase;
  /** The entry before the first one that is kept. It is never past the snapshot. */
  readonly base: LogBase;
  readonly entries: readonly Entry[];
}

/** A piece of a snapshot's bytes. The empty snapshot at index 0 has no chunks. */
export interface SnapshotChunk {
  /** The position in the snapshot, counted from 0. */
  readonly number: number;
  readonly data: ByteString;
  /** The CRC-32C of the data of all chunks up to and including this one. */
  readonly checksum: number;
  readonly isLast: boolean;
}

export const noTerm = 0 as Term;
export const beforeLog = 0 as LogIndex;

export function nodeId(id: string): NodeId {
  return id as NodeId;
}

export function successor<N extends Term | LogIndex>(value: N): N {
  return (value + 1) as N;
}

export function predecessor(index: LogIndex): LogIndex {
  return (index - 1) as LogIndex;
}

export function minIndex(a: LogIndex, b: LogIndex): LogIndex {
  return a < b ? a : b;
}

export function maxIndex(a: LogIndex, b: LogIndex): LogIndex {
  return a > b ? a : b;
}

/** The approximate overhead of storing and sending an entry, in addition to its data. */
const entryOverheadBytes = 24;

/** Returns the size of an entry as every limit in bytes counts it: its data and an overhead. */
export function entryBytes(entry: Entry): number {
  return entry.data.length + entryOverheadBytes;
}
