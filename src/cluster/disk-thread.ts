import { once } from 'node:events';
import { type MessagePort, Worker } from 'node:worker_threads';
import { type ErrorData, fromErrorData, LetoError, toErrorData } from '../base/errors.js';

/** What the thread is told when it starts; what it answers stands in storage/disk-messages.ts. */
export interface DiskThreadOptions {
  readonly folder: string;
  readonly clusterId: string;
  readonly nodeId: string;
  readonly voters: readonly string[];
}

type FromDisk =
  | { readonly type: 'opened' }
  | { readonly type: 'failed'; readonly error: ErrorData }
  | { readonly type: 'closed' };

/**
 * The disk of one node: a thread that is started once, outlives the node's kills and restarts, and
 * is closed, never terminated. To end a thread with LevelDB work in flight crashes the process.
 */
export class DiskThread {
  readonly #worker: Worker;
  readonly #opened: Promise<void>;
  readonly #exited: Promise<unknown>;

  constructor(url: URL, options: DiskThreadOptions) {
    this.#worker = new Worker(url, { workerData: options });
    this.#exited = once(this.#worker, 'exit');
    this.#opened = this.#untilOpened();
    this.#opened.catch(() => {});
  }

  /** @throws {LetoError} where the data are damaged, foreign, locked or can't be written */
  get opened(): Promise<void> {
    return this.#opened;
  }

  /** A new life of the node speaks on `port`, once all writes of the last one are finished. */
  attach(port: MessagePort): void {
    this.#worker.postMessage({ type: 'attach', port }, [port]);
  }

  /** After the write in flight. */
  async close(): Promise<void> {
    this.#worker.postMessage({ type: 'close' });
    await this.#exited;
  }

  #untilOpened(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#worker.on('message', (message: FromDisk) => {
        if (message.type === 'opened') resolve();
        if (message.type === 'failed') reject(fromErrorData(message.error));
      });
      this.#worker.on('error', (error) => reject(fromErrorData(toErrorData(error))));
      this.#worker.on('exit', () => {
        reject(new LetoError('LETO_DISK_FAILED', 'the disk thread ended before it was open'));
      });
    });
  }
}
