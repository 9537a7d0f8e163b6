import { type MessagePort, Worker } from 'node:worker_threads';
import { type ErrorData, fromErrorData, LetoError, toErrorData } from '../base/index.js';
import type { DiskFault } from '../control/index.js';

/** What the thread is told when it starts; what it answers stands in storage/disk-messages.ts. */
interface DiskThreadOptions {
  readonly folder: string;
  readonly clusterId: string;
  readonly nodeId: string;
  readonly voters: readonly string[];
  /** Where they listen for their peers, by id, if nobody else tells. */
  readonly addresses?: Readonly<Record<string, string>>;
  /** Has this node never had data? Where it had, an empty folder is damage. */
  readonly isNew: boolean;
}

type FromDisk =
  | { readonly type: 'opened' }
  | { readonly type: 'failed'; readonly error: ErrorData }
  | { readonly type: 'closed' };

/**
 * The disk of one node: a thread that is started once, outlives the node's kills and restarts, and
 * is closed, never terminated. To end a thread with LevelDB work in flight crashes the process.
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

  /** @throws {LetoError} where the data are damaged, foreign, locked or can't be written */
  get opened(): Promise<void> {
    return this.#opened;
  }

  /** It confirms nothing any more: close it, and open the data again with another. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** A new life of the node speaks on `port`, once all writes of the last one are finished. */
  attach(port: MessagePort): void {
    this.#worker.postMessage({ type: 'attach', port }, [port]);
  }

  /** From the next write on, until it is set to another; a new thread begins with a sound disk. */
  setFault(fault: DiskFault): void {
    this.#worker.postMessage({ type: 'fault', fault });
  }

  /** After the write in flight. */
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
