import type { MessagePort } from 'node:worker_threads';
import { assert, present } from '../base/assert.js';
import { fromErrorData, LetoError } from '../base/errors.js';
import { ByteWriter } from '../codec/index.js';
import type { DurableState, LogIndex, Persist } from '../raft/index.js';
import type { DiskReply, DiskRequest } from './disk-messages.js';
import { gatherChunks, type LogChunk } from './log-chunk.js';
import { encodeRuns } from './run-record.js';

/** From here on it is cheaper to transfer bytes to another thread than to copy them. */
const transferBytesMin = 16 * 1024;

/** Who waits for the reply to the request under way. */
interface Waiting {
  readonly onReply: (reply: DiskReply) => void;
  readonly onFailed: (error: LetoError) => void;
}

/** A node's end of the port to its disk thread. One request is under way at a time. */
export class DiskClient {
  readonly #port: MessagePort;
  readonly #onFailed: (error: LetoError) => void;
  readonly #writer = new ByteWriter();
  #waiting: Waiting | null = null;
  #failure: LetoError | null = null;

  /** `onFailed` is called once at most, and from then on nothing is confirmed any more. */
  constructor(port: MessagePort, onFailed: (error: LetoError) => void) {
    this.#port = port;
    this.#onFailed = onFailed;
    port.on('message', (reply: DiskReply) => this.#receive(reply));
    port.on('close', () => this.#fail(threadIsGone()));
  }

  /** @throws {LetoError} what the disk thread met; `onFailed` is not called for it */
  load(): Promise<DurableState> {
    return gatherChunks((from) => this.#loadChunk(from));
  }

  /** As `LogStore.persist`; `onPersisted` is called once it is durable. */
  persist({ hardState, entries }: Persist, onPersisted: () => void): void {
    if (this.#failure) return;
    const runs = encodeRuns(this.#writer, entries);
    const transfer = runs
      .map(({ bytes }) => bytes.buffer)
      .filter(({ byteLength }) => byteLength >= transferBytesMin);
    const waiting = { onReply: onPersisted, onFailed: this.#onFailed };
    this.#ask({ type: 'persist', hardState, runs }, waiting, transfer);
  }

  /** For a node that ends by itself; a node that is killed needs no farewell. */
  close(): void {
    this.#port.removeAllListeners();
    this.#port.close();
  }

  #loadChunk(from: LogIndex): Promise<LogChunk> {
    return new Promise((resolve, reject) => {
      if (this.#failure) {
        reject(this.#failure);
        return;
      }
      const onReply = (reply: DiskReply) => {
        if (reply.type === 'loaded') resolve(reply.chunk);
      };
      this.#ask({ type: 'load', from }, { onReply, onFailed: reject }, []);
    });
  }

  #ask(request: DiskRequest, waiting: Waiting, transfer: ArrayBuffer[]): void {
    assert(this.#waiting === null, 'the disk is asked before it has replied', request.type);
    this.#waiting = waiting;
    this.#port.postMessage(request, transfer);
  }

  #receive(reply: DiskReply): void {
    if (reply.type === 'failed') {
      this.#fail(fromErrorData(reply.error));
      return;
    }
    const waiting = present(this.#waiting, 'the disk replies to nothing');
    this.#waiting = null;
    waiting.onReply(reply);
  }

  #fail(error: LetoError): void {
    if (this.#failure) return;
    this.#failure = error;
    const onFailed = this.#waiting?.onFailed ?? this.#onFailed;
    this.#waiting = null;
    onFailed(error);
  }
}

function threadIsGone(): LetoError {
  return new LetoError('LETO_DISK_FAILED', 'the disk thread is gone; restart the node');
}
