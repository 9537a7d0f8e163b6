import type { MessagePort } from 'node:worker_threads';
import type { ErrorData } from '../base/errors.js';
import type { HardState, LogIndex } from '../raft/index.js';
import type { LogChunk } from './log-chunk.js';
import type { EncodedRun } from './run-record.js';

/**
 * What is said to a disk thread, and by it.
 *
 * The supervisor starts it once for each node, with `DataOptions` as its workerData, and ends it
 * with `close`, also where it has failed; it must not be terminated, and the process must not exit
 * before it has ended by itself. It may be attached to before it is `opened`.
 */
export type DiskOrder =
  /** A new life of the node; the port of the last one is closed. */
  { readonly type: 'attach'; readonly port: MessagePort } | { readonly type: 'close' };

export type DiskReport =
  | { readonly type: 'opened' }
  /** Nothing is confirmed any more by this thread; close it, and start another one. */
  | { readonly type: 'failed'; readonly error: ErrorData }
  /** The database is closed and its lock is free; the thread ends. */
  | { readonly type: 'closed' };

/** What a node asks for by its port; it asks once more only when it has the reply. */
export type DiskRequest =
  | { readonly type: 'load'; readonly from: LogIndex }
  | {
      readonly type: 'persist';
      readonly hardState: HardState | null;
      readonly runs: readonly EncodedRun[];
    };

export type DiskReply =
  | { readonly type: 'loaded'; readonly chunk: LogChunk }
  | { readonly type: 'persisted' }
  | { readonly type: 'failed'; readonly error: ErrorData };
