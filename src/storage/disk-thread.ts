/**
 * The disk of one node, seen from inside its thread. It serves the lives of the node one after the
 * other; disk-client.ts is the other end, and cluster/disk-thread-handle.ts starts it.
 */

import type { MessagePort } from 'node:worker_threads';
import {
  assertPresent,
  type ErrorData,
  fromErrorData,
  toErrorData,
  unreachable,
} from '../base/index.js';
import type { DiskFault } from '../control/index.js';
import { DataFolder, type DataOptions } from './data-folder.js';
import type { DiskCommand, DiskReply, DiskReport, DiskRequest } from './disk-messages.js';

/**
 * Keeps the data of one node open while lives of the node come and go, as a real disk outlives a
 * process. All requests go through one queue, so a new life is served only after the writes of the
 * last one. The queue stays short, because a life has one write and a few reads under way.
 */
export class DiskThread {
  readonly #supervisor: MessagePort;
  #queue: Promise<void> = Promise.resolve();
  #data: DataFolder | null = null;
  #port: MessagePort | null = null;
  #fault: DiskFault = { type: 'ok' };
  #failure: ErrorData | null = null;

  constructor(supervisor: MessagePort, options: DataOptions) {
    this.#supervisor = supervisor;
    supervisor.on('message', (command: DiskCommand) => this.#handleCommand(command));
    this.#enqueue(async () => {
      this.#data = await DataFolder.open(options);
      this.#data.store.setFault(this.#fault);
      this.#report({ type: 'opened' });
    });
  }

  #handleCommand(command: DiskCommand): void {
    switch (command.type) {
      case 'attach':
        this.#attach(command.port);
        break;
      case 'fault':
        this.#setFault(command.fault);
        break;
      case 'close':
        this.#close();
        break;
      default:
        unreachable(command);
    }
  }

  #attach(port: MessagePort): void {
    if (this.#port) this.#endLife();
    this.#port = port;
    port.on('message', (request: DiskRequest) => {
      // A request that a dead life posted may arrive only now. It is lost, like any late message.
      if (port !== this.#port) return;
      if (request.type === 'detach') this.#detach();
      else this.#enqueue(() => this.#serve(port, request));
    });
    port.on('close', () => {
      if (port === this.#port) this.#endLife();
    });
  }

  #detach(): void {
    this.#port?.close();
    this.#port = null;
  }

  /** Handles a kill: a lying disk loses the writes that it has confirmed but not synced. */
  #endLife(): void {
    this.#detach();
    this.#enqueue(async () => this.#data?.store.discardUnsynced());
  }

  #setFault(fault: DiskFault): void {
    this.#fault = fault;
    this.#data?.store.setFault(fault);
    if (fault.type !== 'lying') this.#enqueue(async () => this.#data?.store.flush());
  }

  async #serve(
    port: MessagePort,
    request: Exclude<DiskRequest, { type: 'detach' }>,
  ): Promise<void> {
    if (this.#failure) throw fromErrorData(this.#failure);
    const { store } = assertPresent(this.#data, 'a request to a closed disk');
    switch (request.type) {
      case 'load': {
        const part = store.readLog(request.from);
        reply(port, { type: 'loaded', part }, [part.runs.buffer]);
        break;
      }
      case 'persist':
        await store.persistEncoded(request.persist);
        reply(port, { type: 'persisted' });
        break;
      case 'readChunk': {
        const { chunkId } = request;
        const chunk = store.readChunk(chunkId.snapshotIndex, chunkId.number);
        reply(port, { type: 'chunk', chunkId, chunk }, chunk ? [chunk.bytes.buffer] : []);
        break;
      }
      default:
        unreachable(request);
    }
  }

  #close(): void {
    this.#detach();
    this.#setFault({ type: 'ok' });
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
