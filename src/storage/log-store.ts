/**
 * The interface of a store for the durable state of one node. level-store.ts implements it on the
 * disk, memory-store.ts in memory.
 */

import type { DurableState, LogIndex, Persist, SnapshotChunk } from '../raft/index.js';

/**
 * Stores the state that survives a crash of the node. `persist` is atomic, and durable once it
 * resolves. A store takes one call at a time. After an error it must not be used again: a failed
 * sync is not retried, because what it left on the disk is unknown.
 *
 * The writes must form a valid Raft log: terms never decrease and never exceed currentTerm. When
 * the store is opened, it drops the chunks of a snapshot that was not written to its end.
 */
export interface LogStore {
  load(): Promise<DurableState>;
  persist(persist: Persist): Promise<void>;
  /**
   * Reads a chunk of the snapshot in force. Null when that snapshot does not end at
   * `snapshotIndex`, or has no chunk of this number.
   */
  readSnapshotChunk(snapshotIndex: LogIndex, number: number): Promise<SnapshotChunk | null>;
  close(): Promise<void>;
}
