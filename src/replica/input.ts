/** What the world tells a replica: see Replica.handle. What a replica wants of it is in effects.ts. */

import type { ChunkRequest, Message, NodeId, SnapshotChunk } from '../raft/index.js';
import type { AdminRequest } from './admin-request.js';
import type { Request } from './request.js';

export type Input =
  | { readonly type: 'clock'; readonly nowMs: number }
  | { readonly type: 'tick' }
  /** The speed of time changed, or a node was paused, stepped or aligned with others. */
  | { readonly type: 'timeDisturbed' }
  /** Makes the election timer expire now. */
  | { readonly type: 'electionTimeout' }
  | { readonly type: 'message'; readonly message: Message }
  | { readonly type: 'persisted' }
  | { readonly type: 'request'; readonly request: Request }
  | { readonly type: 'admin'; readonly request: AdminRequest }
  /** Answers one of `Effects.chunkRequests`. `chunk` is null when its snapshot was replaced. */
  | {
      readonly type: 'chunk';
      readonly request: ChunkRequest;
      readonly chunk: SnapshotChunk | null;
    }
  | { readonly type: 'peerLost'; readonly peer: NodeId }
  /** Tells the `host:port` at which a node, or this one, listens for peers; null: not any more. */
  | { readonly type: 'nodeAddress'; readonly node: NodeId; readonly address: string | null };
