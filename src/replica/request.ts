/** The requests of clients and their answers. For admin commands see admin-request.ts. */

import type { Command, Reply, SessionSerial } from '../kv/index.js';
import type { LogIndex, NodeId, ReadMode } from '../raft/index.js';

/** What the requests of one connection share, so that a read sees the writes sent before it. */
export interface RequestClient {
  /** The index of the connection's latest write that was proposed; 0 before the first. */
  lastWriteIndex: LogIndex;
  readMode: ReadMode;
}

/** A command that is to be answered. The answer refers to the same object. */
export interface Request {
  readonly command: Command;
  readonly client: RequestClient;
  /** Makes a write take effect once, however often it is sent (6.3). Null without a session. */
  readonly session: SessionSerial | null;
}

/**
 * The reply of the command, or why there is none. After `notLeader`, `overloaded` and `outOfMemory`
 * the command did not and will not take effect. After `uncertain` it may have, or may still do so.
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
