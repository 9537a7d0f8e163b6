import type { DurableState, LogIndex, Persist, SnapshotChunk } from '../raft/index.js';

/**
 * What survives a crash of one node. `persist` is atomic, and durable once it resolves; a store
 * takes one call at a time. After an error it is not used again: a failed sync is not retried,
 * because what it left on the disk is unknown.
 *
 * What is written is a log of Raft's: terms that never fall, and none above currentTerm. The chunks
 * of a snapshot that was not written to its end are dropped when the store is opened.
 */
export interface LogStore {
  load(): Promise<DurableState>;
  persist(persist: Persist): Promise<void>;
  /** A chunk of the snapshot in force; null where it has none of this number, or is another. */
  readSnapshotChunk(snapshotIndex: LogIndex, number: number): Promise<SnapshotChunk | null>;
  close(): Promise<void>;
}
