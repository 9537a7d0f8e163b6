/** The world around a driver, for its tests. */

import assert from 'node:assert/strict';
import type { EffectHandlers } from '../../src/node/driver.js';
import type {
  ChunkRequest,
  Message,
  Persist,
  RaftEvent,
  SnapshotChunk,
} from '../../src/raft/index.js';
import type { AdminAnswer, Answer } from '../../src/replica/index.js';

/** Records all effects; a write is finished when the test calls `sync`. */
export class FakeWorld implements EffectHandlers {
  readonly persists: Persist[] = [];
  readonly messages: Message[] = [];
  readonly batches: (readonly Answer[])[] = [];
  readonly events: RaftEvent[] = [];
  readonly adminAnswers: AdminAnswer[] = [];
  /** The types of events and messages, in the order in which they left. */
  readonly sent: string[] = [];
  /** The chunks that were requested, each with the callback for its answer. */
  readonly chunkReads: {
    readonly request: ChunkRequest;
    readonly onRead: (chunk: SnapshotChunk | null) => void;
  }[] = [];
  #onPersisted: (() => void) | null = null;

  get answers(): readonly Answer[] {
    return this.batches.flat();
  }

  persist(persist: Persist, onPersisted: () => void): void {
    assert.equal(this.#onPersisted, null, 'a write began before the last one was done');
    this.persists.push(persist);
    this.#onPersisted = onPersisted;
  }

  send(messages: readonly Message[]): void {
    this.messages.push(...messages);
    this.sent.push(...messages.map(({ type }) => type));
  }

  answer(answers: readonly Answer[]): void {
    this.batches.push(answers);
  }

  answerAdmin(answers: readonly AdminAnswer[]): void {
    this.adminAnswers.push(...answers);
  }

  readChunk(request: ChunkRequest, onRead: (chunk: SnapshotChunk | null) => void): void {
    this.chunkReads.push({ request, onRead });
  }

  observe(events: readonly RaftEvent[]): void {
    this.events.push(...events);
    this.sent.push(...events.map(({ type }) => type));
  }

  /** Finishes the write in progress. */
  sync(): void {
    const onPersisted = this.#onPersisted;
    this.#onPersisted = null;
    onPersisted?.();
  }
}
