import type { DurableState, Persist } from '../raft/index.js';

/**
 * What survives a crash of one node. `persist` is atomic, and durable once it resolves; a store
 * takes one call at a time. After an error it is not used again: a failed sync is not retried,
 * because what it left on the disk is unknown.
 *
 * What is written is a log of Raft's: terms that never fall, and none above currentTerm.
 */
export interface LogStore {
  load(): Promise<DurableState>;
  persist(persist: Persist): Promise<void>;
  close(): Promise<void>;
}
