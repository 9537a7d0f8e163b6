import type { Socket } from 'node:net';
import type { Reply } from '../kv/index.js';
import { encodeReply } from '../resp/index.js';
import type { Protocol } from './client-state.js';

/** How many answers one connection may wait for; its socket is not read beyond that. */
const pipelineMax = 1024;
/** How many bytes of arguments their requests may have; one larger request still goes, alone. */
const pipelineBytesMax = 8 * 1024 * 1024;
/** Answers are gathered up to about this size before they are written to the socket. */
const writeBytesMax = 64 * 1024;

/** A place in the order of answers; `reply` is null until it is known. */
export interface AnswerSlot {
  readonly reply: Reply | null;
  /** The protocol that the client spoke when its request arrived. */
  readonly protocol: Protocol;
  readonly requestBytes: number;
}

/**
 * The answers that one connection waits for. They leave in the order of the requests, whatever the
 * order in which they become known. Answers that a slow client does not read wait here as references
 * to values, not as copies of them.
 */
export class AnswerQueue {
  readonly #slots: AnswerSlot[] = [];
  #requestBytes = 0;

  get isEmpty(): boolean {
    return this.#slots.length === 0;
  }

  get isFull(): boolean {
    return this.#slots.length >= pipelineMax || this.#requestBytes >= pipelineBytesMax;
  }

  add(slot: AnswerSlot): void {
    this.#slots.push(slot);
    this.#requestBytes += slot.requestBytes;
  }

  /** Writes the answers that are known, until one is missing or the socket is full. */
  writeTo(socket: Socket): void {
    let text = '';
    while (this.#slots[0]?.reply && !socket.writableNeedDrain) {
      text += encodeReply(this.#slots[0].reply, this.#slots[0].protocol);
      this.#requestBytes -= this.#slots[0].requestBytes;
      this.#slots.shift();
      if (text.length < writeBytesMax) continue;
      socket.write(text, 'latin1');
      text = '';
    }
    if (text !== '') socket.write(text, 'latin1');
  }
}
