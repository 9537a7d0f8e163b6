import type { MessagePort } from 'node:worker_threads';
import { assert, assertPresent, fromErrorData, LetoError } from '../base/index.js';
import { ByteWriter } from '../codec/index.js';
import type { DurableState, LogIndex, Persist, SnapshotChunk } from '../raft/index.js';
import type { ChunkId, DiskReply, DiskRequest } from './disk-messages.js';
import { type EncodedPersist, encodePersist } from './encoded-persist.js';
import { gatherParts, type LogPart } from './log-part.js';
import { decodeSnapshotChunk, type EncodedSnapshotChunk } from './snapshot-chunk.js';

/** From here on it is cheaper to transfer bytes to another thread than to copy them. */
const transferBytesMin = 16 * 1024;

/** Reads of snapshot chunks under way: a few for each peer. */
const readsMax = 32;

/** Who waits for the reply to the load or the write under way. */
interface ReplyHandlers {
  readonly onReply: (reply: DiskReply) => void;
  readonly onFailed: (error: LetoError) => void;
}

/** Who waits for a chunk: all that asked for it get the one that comes. */
interface ChunkRead {
  readonly promise: Promise<SnapshotChunk | null>;
  readonly resolve: (chunk: SnapshotChunk | null) => void;
  readonly reject: (error: LetoError) => void;
}

/** A node's end of the port to its disk thread. One load or write is under way at a time. */
export class DiskClient {
  readonly #port: MessagePort;
  readonly #onFailed: (error: LetoError) => void;
  readonly #writer = new ByteWriter();
  readonly #reads = new Map<string, ChunkRead>();
  #replyHandlers: ReplyHandlers | null = null;
  #failure: LetoError | null = null;

  /** `onFailed` is called once at most, and from then on nothing is confirmed any more. */
  constructor(port: MessagePort, onFailed: (error: LetoError) => void) {
    this.#port = port;
    this.#onFailed = onFailed;
    port.on('message', (reply: DiskReply) => this.#receive(reply));
    port.on('close', () => this.#fail(threadGoneError()));
  }

  /** @throws {LetoError} what the disk thread met; `onFailed` is not called for it */
  load(): Promise<DurableState> {
    return gatherParts((from) => this.#loadPart(from));
  }

  /** As `LogStore.persist`; `onPersisted` is called once it is durable. */
  persist(persist: Persist, onPersisted: () => void): void {
    if (this.#failure) return;
    const encoded = encodePersist(this.#writer, persist);
    const waiting = { onReply: onPersisted, onFailed: this.#onFailed };
    this.#ask({ type: 'persist', persist: encoded }, waiting, transferOf(encoded));
  }

  /**
   * As `LogStore.readSnapshotChunk`, also while a write is under way; at most 32 chunks at a time,
   * each of them read once for all who ask.
   * @throws {LetoError} at once for an impossible state; it rejects with what the disk thread met,
   * and for that `onFailed` is called too
   */
  readSnapshotChunk(snapshotIndex: LogIndex, number: number): Promise<SnapshotChunk | null> {
    if (this.#failure) return Promise.reject(this.#failure);
    const chunkId = { snapshotIndex, number };
    return (this.#reads.get(keyOf(chunkId)) ?? this.#beginRead(chunkId)).promise;
  }

  #beginRead(chunkId: ChunkId): ChunkRead {
    assert(this.#reads.size < readsMax, 'too many reads are under way');
    const read = newChunkRead();
    this.#reads.set(keyOf(chunkId), read);
    this.#post({ type: 'readChunk', chunkId }, []);
    return read;
  }

  /** For a node that ends by itself; a node that is killed needs no farewell. */
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

  #ask(request: DiskRequest, waiting: ReplyHandlers, transfer: ArrayBuffer[]): void {
    assert(this.#replyHandlers === null, 'the disk is asked before it has replied', request.type);
    this.#replyHandlers = waiting;
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
    const waiting = assertPresent(this.#replyHandlers, 'the disk replies to nothing');
    this.#replyHandlers = null;
    waiting.onReply(reply);
  }

  #finishRead(chunkId: ChunkId, chunk: EncodedSnapshotChunk | null): void {
    const key = keyOf(chunkId);
    const { resolve } = assertPresent(this.#reads.get(key), 'the disk replies to no read');
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
  return { promise, ...assertPresent(settle, 'a promise settles nothing') };
}

/** What is large is handed over; the rest is copied. */
function transferOf({ runs, snapshot }: EncodedPersist): ArrayBuffer[] {
  const buffers = runs.map(({ bytes }) => bytes.buffer);
  if (snapshot) buffers.push(snapshot.chunk.bytes.buffer);
  return buffers.filter(({ byteLength }) => byteLength >= transferBytesMin);
}

function threadGoneError(): LetoError {
  return new LetoError('LETO_DISK_FAILED', 'the disk thread is gone; restart the node');
}
