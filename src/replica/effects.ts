import type { ChunkRequest, Message, Persist, RaftEvent } from '../raft/index.js';
import type { AdminAnswer } from './admin-request.js';
import type { Answer } from './request.js';

/** What is to be done, in any order: what must come first has been held back (raft/ready.ts). */
export interface Effects {
  /** One atomic, synced batch; answer it with the input `persisted`. */
  readonly persist: Persist | null;
  readonly messages: readonly Message[];
  readonly answers: readonly Answer[];
  readonly adminAnswers: readonly AdminAnswer[];
  /** Chunks of the snapshot in force that the disk is to be asked for; answer by `chunk`. */
  readonly chunkRequests: readonly ChunkRequest[];
  readonly events: readonly RaftEvent[];
  /** More is ready than fits one turn: take effects again soon. */
  readonly hasMore: boolean;
}
