import type { MessagePort } from 'node:worker_threads';
import { present } from '../base/assert.js';
import { type ErrorData, fromErrorData, toErrorData } from '../base/errors.js';
import { DataFolder, type DataOptions } from './data-folder.js';
import type { DiskOrder, DiskReply, DiskReport, DiskRequest } from './disk-messages.js';

/**
 * The disk of one node, which outlives the node's process as a real disk does. Everything goes
 * through one queue, so a new life is served only after the writes of the last one. The queue is
 * short, because a life has one write and a few reads under way.
 */
export class DiskThread {
  readonly #supervisor: MessagePort;
  #queue: Promise<void> = Promise.resolve();
  #data: DataFolder | null = null;
  #port: MessagePort | null = null;
  #failure: ErrorData | null = null;

  constructor(supervisor: MessagePort, options: DataOptions) {
    this.#supervisor = supervisor;
    supervisor.on('message', (order: DiskOrder) => {
      if (order.type === 'attach') this.#attach(order.port);
      else this.#close();
    });
    this.#enqueue(async () => {
      this.#data = await DataFolder.open(options);
      this.#report({ type: 'opened' });
    });
  }

  #attach(port: MessagePort): void {
    this.#detach();
    this.#port = port;
    port.on('message', (request: DiskRequest) => {
      // What a dead life said, and was not heard until now, is lost like any late message.
      if (port === this.#port) this.#enqueue(() => this.#serve(port, request));
    });
  }

  #detach(): void {
    this.#port?.close();
    this.#port = null;
  }

  async #serve(port: MessagePort, request: DiskRequest): Promise<void> {
    if (this.#failure) throw fromErrorData(this.#failure);
    const { store } = present(this.#data, 'a request to a closed disk');
    switch (request.type) {
      case 'load': {
        const part = await store.readLog(request.from);
        reply(port, { type: 'loaded', part }, [part.runs.buffer]);
        break;
      }
      case 'persist':
        await store.persistEncoded(request.persist);
        reply(port, { type: 'persisted' });
        break;
      case 'readChunk': {
        const { id, snapshotIndex, number } = request;
        const chunk = await store.readChunk(snapshotIndex, number);
        reply(port, { type: 'chunk', id, chunk }, chunk ? [chunk.bytes.buffer] : []);
        break;
      }
    }
  }

  #close(): void {
    this.#detach();
    this.#enqueue(async () => {
      const data = this.#data;
      this.#data = null;
      await data?.close();
    });
    this.#enqueue(async () => {
      this.#detach();
      this.#report({ type: 'closed' });
      this.#supervisor.close();
    });
  }

  #enqueue(task: () => Promise<void>): void {
    this.#queue = this.#queue.then(task).catch((error: unknown) => this.#fail(error));
  }

  #fail(error: unknown): void {
    if (!this.#failure) {
      this.#failure = toErrorData(error);
      this.#report({ type: 'failed', error: this.#failure });
    }
    if (this.#port) reply(this.#port, { type: 'failed', error: this.#failure });
  }

  #report(report: DiskReport): void {
    this.#supervisor.postMessage(report);
  }
}

function reply(port: MessagePort, message: DiskReply, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}
