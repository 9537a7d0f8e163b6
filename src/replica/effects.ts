/** The effects of a replica, which the driver of a node or the simulator carries out. */

import type { ChunkRequest, Message, Persist, RaftEvent } from '../raft/index.js';
import type { AdminAnswer } from './admin-request.js';
import type { Answer } from './request.js';

/**
 * What the driver must do. It may do it in any order, because Raft releases a message or an answer
 * only once what must precede it is on disk (src/raft/ready.ts).
 */
export interface Effects {
  /**
   * One atomic batch to write and sync, followed by the input `persisted`. Null when there is none.
   */
  readonly persist: Persist | null;
  readonly messages: readonly Message[];
  readonly answers: readonly Answer[];
  readonly adminAnswers: readonly AdminAnswer[];
  /** Chunks of the snapshot in force to read from the disk, each answered by the input `chunk`. */
  readonly chunkRequests: readonly ChunkRequest[];
  readonly events: readonly RaftEvent[];
  /** True when more is ready than fits one turn, so that effects must be taken again soon. */
  readonly hasMore: boolean;
}
