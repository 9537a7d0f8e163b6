/**
 * The handle of a node's disk thread, for the supervisor. The thread's own code is
 * storage/disk-worker.ts, which is loaded by URL.
 */

import { type MessagePort, Worker } from 'node:worker_threads';
import { type ErrorData, fromErrorData, LetoError, toErrorData } from '../base/index.js';
import type { DiskFault } from '../control/index.js';

/** The workerData of a disk thread; it must match `DataOptions` in storage/data-folder.ts. */
interface DiskThreadOptions {
  readonly folder: string;
  readonly clusterId: string;
  readonly nodeId: string;
  readonly voters: readonly string[];
  /** The Raft addresses of the voters, by id. Set when no supervisor sends them to the node. */
  readonly addresses?: Readonly<Record<string, string>>;
  /** True when this node never had data. Otherwise an empty folder is damage. */
  readonly isNew: boolean;
}

/** A message of the disk thread; it must match `DiskReport` in storage/disk-messages.ts. */
type FromDisk =
  | { readonly type: 'opened' }
  | { readonly type: 'failed'; readonly error: ErrorData }
  | { readonly type: 'closed' };

/**
 * The disk of one node. Its thread outlives kills and restarts of the node, and is closed, never
 * terminated: terminating a thread with LevelDB work in flight crashes the process.
 */
export class DiskThreadHandle {
  readonly #worker: Worker;
  readonly #opened: Promise<void>;
  readonly #exited: Promise<unknown>;
  #hasFailed = false;

  constructor(url: URL, options: DiskThreadOptions) {
    this.#worker = new Worker(url, { workerData: options });
    this.#exited = new Promise((resolve) => this.#worker.once('exit', resolve));
    this.#opened = this.#untilOpened();
    this.#opened.catch(() => {});
  }

  /**
   * Resolves once the data is open.
   * @throws {LetoError} LETO_DATA_DAMAGED, LETO_DATA_FOREIGN, LETO_DATA_LOCKED,
   * LETO_DATA_UNWRITABLE, LETO_DISK_FAILED
   */
  get opened(): Promise<void> {
    return this.#opened;
  }

  /**
   * True once the disk has stopped confirming writes. Close it, and open the data with a new
   * handle.
   */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** Serves a new life of the node on `port`, once all writes of the previous one are finished. */
  attach(port: MessagePort): void {
    this.#worker.postMessage({ type: 'attach', port }, [port]);
  }

  /** Sets the fault of all writes from now on. A new thread starts without a fault. */
  setFault(fault: DiskFault): void {
    this.#worker.postMessage({ type: 'fault', fault });
  }

  /** Closes the disk after the write in flight; resolves when the thread has ended. */
  async close(): Promise<void> {
    this.#worker.postMessage({ type: 'close' });
    await this.#exited;
  }

  #untilOpened(): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (error: LetoError) => {
        this.#hasFailed = true;
        reject(error);
      };
      this.#worker.on('message', (message: FromDisk) => {
        if (message.type === 'opened') resolve();
        if (message.type === 'failed') fail(fromErrorData(message.error));
      });
      this.#worker.on('error', (error) => fail(fromErrorData(toErrorData(error))));
      this.#worker.on('exit', () => {
        fail(new LetoError('LETO_DISK_FAILED', 'the disk thread ended; restart the node'));
      });
    });
  }
}
