/**
 * The node's end of the port to its disk thread (disk-thread.ts). It encodes what is written and
 * decodes what is read.
 */

import type { MessagePort } from 'node:worker_threads';
import { assert, assertPresent, fromErrorData, LetoError } from '../base/index.js';
import { ByteWriter } from '../codec/index.js';
import type { DurableState, LogIndex, Persist, SnapshotChunk } from '../raft/index.js';
import type { ChunkId, DiskReply, DiskRequest } from './disk-messages.js';
import { type EncodedPersist, encodePersist } from './encoded-persist.js';
import { gatherParts, type LogPart } from './log-part.js';
import { decodeSnapshotChunk, type EncodedSnapshotChunk } from './snapshot-chunk.js';

/** Buffers from this size on are transferred to the disk thread, which is cheaper than a copy. */
const transferBytesMin = 16 * 1024;

/** The largest number of chunk reads under way, enough for a few per peer. */
const readsMax = 32;

/** The handlers of the load or the write under way. */
interface ReplyHandlers {
  readonly onReply: (reply: DiskReply) => void;
  readonly onFailed: (error: LetoError) => void;
}

/** A chunk read under way; all callers that ask for the same chunk share its promise. */
interface ChunkRead {
  readonly promise: Promise<SnapshotChunk | null>;
  readonly resolve: (chunk: SnapshotChunk | null) => void;
  readonly reject: (error: LetoError) => void;
}

/** Loads, writes and reads chunks. Only one load or write may be under way at a time. */
export class DiskClient {
  readonly #port: MessagePort;
  readonly #onFailed: (error: LetoError) => void;
  readonly #writer = new ByteWriter();
  readonly #reads = new Map<string, ChunkRead>();
  #replyHandlers: ReplyHandlers | null = null;
  #failure: LetoError | null = null;

  /** `onFailed` is called at most once. After that, no write is confirmed any more. */
  constructor(port: MessagePort, onFailed: (error: LetoError) => void) {
    this.#port = port;
    this.#onFailed = onFailed;
    port.on('message', (reply: DiskReply) => this.#receive(reply));
    port.on('close', () => this.#fail(threadGoneError()));
  }

  /**
   * Reads the durable state, as `LogStore.load` does. When it fails, `onFailed` is not called.
   * @throws {LetoError} the error of the disk thread
   */
  load(): Promise<DurableState> {
    return gatherParts((from) => this.#loadPart(from));
  }

  /** Writes as `LogStore.persist` does, and calls `onPersisted` once the write is durable. */
  persist(persist: Persist, onPersisted: () => void): void {
    if (this.#failure) return;
    const encoded = encodePersist(this.#writer, persist);
    const handlers = { onReply: onPersisted, onFailed: this.#onFailed };
    this.#ask({ type: 'persist', persist: encoded }, handlers, buffersToTransfer(encoded));
  }

  /**
   * Reads a chunk as `LogStore.readSnapshotChunk` does, also while a write is under way. At most 32
   * different chunks may be asked for at a time. When the disk thread fails, the promise rejects
   * with its error, and `onFailed` is called too.
   * @throws {LetoError} LETO_ASSERTION, synchronously, for too many chunks at a time
   */
  readSnapshotChunk(snapshotIndex: LogIndex, number: number): Promise<SnapshotChunk | null> {
    if (this.#failure) return Promise.reject(this.#failure);
    const chunkId = { snapshotIndex, number };
    return (this.#reads.get(keyOf(chunkId)) ?? this.#beginRead(chunkId)).promise;
  }

  #beginRead(chunkId: ChunkId): ChunkRead {
    assert(this.#reads.size < readsMax, 'too many chunk reads are under way');
    const read = newChunkRead();
    this.#reads.set(keyOf(chunkId), read);
    this.#post({ type: 'readChunk', chunkId }, []);
    return read;
  }

  /** Detaches a node that stops by itself. Without this call, the disk thread assumes a kill. */
  close(): void {
    this.#port.removeAllListeners();
    this.#post({ type: 'detach' }, []);
    this.#port.close();
  }

  #loadPart(from: LogIndex): Promise<LogPart> {
    return new Promise((resolve, reject) => {
      if (this.#failure) {
        reject(this.#failure);
        return;
      }
      const onReply = (reply: DiskReply) => {
        if (reply.type === 'loaded') resolve(reply.part);
      };
      this.#ask({ type: 'load', from }, { onReply, onFailed: reject }, []);
    });
  }

  #ask(request: DiskRequest, handlers: ReplyHandlers, transfer: ArrayBuffer[]): void {
    assert(this.#replyHandlers === null, 'a disk request before the last reply', request.type);
    this.#replyHandlers = handlers;
    this.#post(request, transfer);
  }

  #post(request: DiskRequest, transfer: ArrayBuffer[]): void {
    this.#port.postMessage(request, transfer);
  }

  #receive(reply: DiskReply): void {
    if (reply.type === 'failed') {
      this.#fail(fromErrorData(reply.error));
      return;
    }
    if (reply.type === 'chunk') {
      this.#finishRead(reply.chunkId, reply.chunk);
      return;
    }
    const handlers = assertPresent(this.#replyHandlers, 'a disk reply without a request');
    this.#replyHandlers = null;
    handlers.onReply(reply);
  }

  #finishRead(chunkId: ChunkId, chunk: EncodedSnapshotChunk | null): void {
    const key = keyOf(chunkId);
    const { resolve } = assertPresent(this.#reads.get(key), 'a chunk that was not asked for');
    this.#reads.delete(key);
    resolve(chunk && decodeSnapshotChunk(chunk));
  }

  #fail(error: LetoError): void {
    if (this.#failure) return;
    this.#failure = error;
    const onFailed = this.#replyHandlers?.onFailed ?? this.#onFailed;
    this.#replyHandlers = null;
    onFailed(error);
    for (const { reject } of this.#reads.values()) reject(error);
    this.#reads.clear();
  }
}

function keyOf({ snapshotIndex, number }: ChunkId): string {
  return `${snapshotIndex}:${number}`;
}

function newChunkRead(): ChunkRead {
  let settle: Pick<ChunkRead, 'resolve' | 'reject'> | undefined;
  const promise = new Promise<SnapshotChunk | null>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { promise, ...assertPresent(settle, 'a promise without resolvers') };
}

function buffersToTransfer({ runs, snapshot }: EncodedPersist): ArrayBuffer[] {
  const buffers = runs.map(({ bytes }) => bytes.buffer);
  if (snapshot) buffers.push(snapshot.chunk.bytes.buffer);
  return buffers.filter(({ byteLength }) => byteLength >= transferBytesMin);
}

function threadGoneError(): LetoError {
  return new LetoError('LETO_DISK_FAILED', 'the disk thread ended; restart the node');
}
