/** The settings of one node: those of Raft, and the limits of what waits and of what is stored. */

import type { RaftOptions } from '../raft/index.js';

export interface ReplicaOptions extends RaftOptions {
  /** How long a request may wait. Then a write is answered `uncertain`, and a read `notLeader`. */
  readonly requestTimeoutMs: number;
  /** How long an admin command may take. Then it is answered `timedOut`. */
  readonly adminTimeoutMs: number;
  /** The memory of the store at which writes that may grow it are refused. */
  readonly maxMemoryBytes: number;
  /**
   * A snapshot is due when the log since the last one is at least this large and at least as large
   * as the state, or has at least `snapshotLogEntriesMin` entries.
   */
  readonly snapshotLogBytesMin: number;
  readonly snapshotLogEntriesMin: number;
}

/**
 * How far the log time of the last entry may be behind while keys have deadlines. It bounds what a
 * restart of all nodes gives back to a deadline.
 */
export const logTimeLagMsMax = 500;
