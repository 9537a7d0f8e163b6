import type { ByteString } from '../base/index.js';

/** A logical clock: it numbers elections, and at most one leader ever serves in one term (3.3). */
export type Term = number & { readonly brand: 'Term' };

/** A position in the log; the first entry has index 1, and 0 means "before the log". */
export type LogIndex = number & { readonly brand: 'LogIndex' };

export type NodeId = string & { readonly brand: 'NodeId' };

/** Dissertation 3.3, and `preCandidate` from 9.6: asks whether an election could be won. */
export type Role = 'follower' | 'preCandidate' | 'candidate' | 'leader';

/**
 * How a read is kept fresh: by a heartbeat round (6.4), by the leader's lease (6.4.1), or not at all:
 * a local read may be stale.
 */
export type ReadMode = 'linearizable' | 'lease' | 'local';

/**
 * A no-op begins each term (6.4); a command is the state machine's, opaque to Raft; a configuration
 * names the members from this entry on (4.1).
 */
export type EntryKind = 'noop' | 'command' | 'configuration';

export interface Entry {
  readonly index: LogIndex;
  readonly term: Term;
  readonly kind: EntryKind;
  readonly data: ByteString;
}

/** What must be on disk before a node says anything about it (3.8). */
export interface HardState {
  readonly currentTerm: Term;
  readonly votedFor: NodeId | null;
}

/** The members in force: voters make quorums, learners only receive the log (4.2.1). */
export interface Configuration {
  readonly voters: readonly NodeId[];
  readonly learners: readonly NodeId[];
  /** Where members listen for their peers, `host:port` by id; absent where a supervisor tells. */
  readonly addresses?: AddressesById;
}

export type AddressesById = Readonly<Record<string, string>>;

/** A point of the log, and the members as of there. */
export interface LogBase {
  readonly index: LogIndex;
  readonly term: Term;
  readonly configuration: Configuration;
}

/** Everything that survives a crash. */
export interface DurableState {
  readonly hardState: HardState;
  /**
   * What the snapshot in force stands for; the state machine begins from it (5). A new cluster
   * begins with the empty snapshot at index 0 on each node, which holds the first configuration.
   */
  readonly snapshot: LogBase;
  /** What stands before the first entry that is kept; never past the snapshot. */
  readonly base: LogBase;
  readonly entries: readonly Entry[];
}

/** A piece of a snapshot's bytes; the empty snapshot at index 0 has none. */
export interface SnapshotChunk {
  /** From 0 on. */
  readonly number: number;
  readonly data: ByteString;
  /** CRC-32C of the data of all chunks up to this one. */
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

/** Bytes that an entry is counted with: its data and what it costs to store and send it. */
const entryOverheadBytes = 24;

export function entryBytes(entry: Entry): number {
  return entry.data.length + entryOverheadBytes;
}
