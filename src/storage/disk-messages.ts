import type { MessagePort } from 'node:worker_threads';
import type { ErrorData } from '../base/index.js';
import type { DiskFault } from '../control/index.js';
import type { LogIndex } from '../raft/index.js';
import type { EncodedPersist } from './encoded-persist.js';
import type { LogPart } from './log-part.js';
import type { EncodedSnapshotChunk } from './snapshot-chunk.js';

/**
 * What is said to a disk thread, and by it.
 *
 * The supervisor starts it once for each node, with `DataOptions` as its workerData, and ends it
 * with `close`, also where it has failed; it must not be terminated, and the process must not exit
 * before it has ended by itself. It may be attached to before it is `opened`.
 */
export type DiskCommand =
  /** A new life of the node; the port of the last one is closed. */
  | { readonly type: 'attach'; readonly port: MessagePort }
  /** From the next write on. */
  | { readonly type: 'fault'; readonly fault: DiskFault }
  | { readonly type: 'close' };

export type DiskReport =
  | { readonly type: 'opened' }
  /** Nothing is confirmed any more by this thread; close it, and start another one. */
  | { readonly type: 'failed'; readonly error: ErrorData }
  /** The database is closed and its lock is free; the thread ends. */
  | { readonly type: 'closed' };

/**
 * What a node asks for by its port. It loads or persists once more only when it has the reply, and
 * may ask for chunks of the snapshot in force at any time.
 */
export type DiskRequest =
  | { readonly type: 'load'; readonly from: LogIndex }
  | { readonly type: 'persist'; readonly persist: EncodedPersist }
  /** The last word of a life that ends by itself; a port that closes without it: a kill. */
  | { readonly type: 'detach' }
  | { readonly type: 'readChunk'; readonly chunkId: ChunkId };

export interface ChunkId {
  readonly snapshotIndex: LogIndex;
  readonly number: number;
}

export type DiskReply =
  | { readonly type: 'loaded'; readonly part: LogPart }
  | { readonly type: 'persisted' }
  | {
      readonly type: 'chunk';
      readonly chunkId: ChunkId;
      readonly chunk: EncodedSnapshotChunk | null;
    }
  | { readonly type: 'failed'; readonly error: ErrorData };
