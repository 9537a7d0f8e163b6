/**
 * The messages between a disk thread (disk-thread.ts), the supervisor that starts it, and the
 * lives of its node (disk-client.ts).
 */

import type { MessagePort } from 'node:worker_threads';
import type { ErrorData } from '../base/index.js';
import type { DiskFault } from '../control/index.js';
import type { LogIndex } from '../raft/index.js';
import type { EncodedPersist } from './encoded-persist.js';
import type { LogPart } from './log-part.js';
import type { EncodedSnapshotChunk } from './snapshot-chunk.js';

/**
 * A message from the supervisor to a disk thread. The supervisor starts one thread for each node,
 * with `DataOptions` as its workerData, and ends it with `close`, even after a failure. It must
 * not terminate the thread, and the process must not exit before the thread has ended by itself. A
 * life may attach before the thread reports `opened`.
 */
export type DiskCommand =
  /** Serves a new life of the node on `port`; the port of the last life is closed. */
  | { readonly type: 'attach'; readonly port: MessagePort }
  /** Sets the fault that applies from the next write on. */
  | { readonly type: 'fault'; readonly fault: DiskFault }
  | { readonly type: 'close' };

/** A message from a disk thread to the supervisor. */
export type DiskReport =
  | { readonly type: 'opened' }
  /** The thread confirms no more writes; close it and start another one. */
  | { readonly type: 'failed'; readonly error: ErrorData }
  /** The database is closed and its lock is free; the thread ends. */
  | { readonly type: 'closed' };

/**
 * A request that a node posts to its port. The node may load or persist again only after the reply,
 * but it may ask for chunks of the snapshot in force at any time.
 */
export type DiskRequest =
  | { readonly type: 'load'; readonly from: LogIndex }
  | { readonly type: 'persist'; readonly persist: EncodedPersist }
  /** The last request of a life that stops by itself. A port that closes without it is a kill. */
  | { readonly type: 'detach' }
  | { readonly type: 'readChunk'; readonly chunkId: ChunkId };

/** Names one chunk of a snapshot. */
export interface ChunkId {
  readonly snapshotIndex: LogIndex;
  readonly number: number;
}

/** A reply of the disk thread to a `DiskRequest`. */
export type DiskReply =
  | { readonly type: 'loaded'; readonly part: LogPart }
  | { readonly type: 'persisted' }
  | {
      readonly type: 'chunk';
      readonly chunkId: ChunkId;
      readonly chunk: EncodedSnapshotChunk | null;
    }
  | { readonly type: 'failed'; readonly error: ErrorData };
