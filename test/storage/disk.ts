/** A real disk thread for tests, started and used as a supervisor does. */

import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { LetoError } from '../../src/base/errors.js';
import { type DataOptions, DiskClient, type DiskReport } from '../../src/storage/index.js';
import { atEnd } from '../helpers/resources.js';

/** Runs a disk thread until the end of the test. */
export class Disk {
  readonly reports: DiskReport[] = [];
  readonly #worker: Worker;
  readonly #exit: Promise<unknown>;
  readonly #clients: DiskClient[] = [];

  constructor(t: TestContext, options: DataOptions) {
    const url = new URL('../../src/storage/disk-worker.js', import.meta.url);
    this.#worker = new Worker(url, { workerData: options });
    this.#worker.on('message', (report: DiskReport) => this.reports.push(report));
    this.#exit = once(this.#worker, 'exit');
    atEnd(t, () => {
      for (const client of this.#clients) client.close();
      return this.close();
    });
  }

  /** Attaches a new life. Returns the node's end of its port. */
  attach(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    this.#worker.postMessage({ type: 'attach', port: port2 }, [port2]);
    return port1;
  }

  /** Attaches a new life with a client in this thread. */
  attachClient(onFailed: (error: LetoError) => void = unexpected): DiskClient {
    const client = new DiskClient(this.attach(), onFailed);
    this.#clients.push(client);
    return client;
  }

  /** Resolves when the thread has ended by itself; `reports` is complete then. */
  async close(): Promise<void> {
    this.#worker.postMessage({ type: 'close' });
    await this.#exit;
  }
}

/** Calls `DiskClient.persist`; resolves when the write is confirmed. */
export function persisted(
  client: DiskClient,
  persist: Parameters<DiskClient['persist']>[0],
): Promise<void> {
  return new Promise((resolve) => client.persist(persist, resolve));
}

function unexpected(error: LetoError): void {
  throw error;
}
