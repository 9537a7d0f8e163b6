import type { Command, Reply, SessionSerial } from '../kv/index.js';
import type { LogIndex, NodeId, ReadMode } from '../raft/index.js';

/** What the requests of one connection share, so that a read sees the writes sent before it. */
export interface RequestClient {
  lastWriteIndex: LogIndex;
  readMode: ReadMode;
}

/** A command that wants an answer; the answer names the same object. */
export interface Request {
  readonly command: Command;
  readonly client: RequestClient;
  /** Makes a write happen once, however often it is asked for (6.3). */
  readonly session: SessionSerial | null;
}

/**
 * `notLeader` and `overloaded` mean: it did not happen, and will not. `uncertain`: it may have
 * happened, or may happen yet. `outOfMemory`: refused by the leader before the log.
 */
export type Outcome =
  | Reply
  | { readonly type: 'notLeader'; readonly leader: NodeId | null }
  | { readonly type: 'uncertain'; readonly reason: string }
  | { readonly type: 'overloaded' }
  | { readonly type: 'outOfMemory' };

export interface Answer {
  readonly request: Request;
  readonly outcome: Outcome;
}
