/**
 * The answers that one connection owes. They are sent in the order of the requests, in whatever
 * order they become known. Answers that a slow client does not read wait here as references to
 * values, not as copies.
 */

import type { Socket } from 'node:net';
import type { Reply } from '../kv/index.js';
import { encodeReply } from '../resp/index.js';
import type { Protocol } from './client-state.js';

/** How many answers one connection may owe; beyond that its socket is not read. */
const pipelineMax = 1024;
/** How many bytes of arguments the open requests may have; a larger request is served alone. */
const pipelineBytesMax = 8 * 1024 * 1024;
/** The approximate size up to which answers are gathered for one write to the socket. */
const writeBytesMax = 64 * 1024;

/** A place in the order of answers. */
export interface AnswerSlot {
  /** Null until the reply is known. */
  readonly reply: Reply | null;
  /** The protocol that the client spoke when its request arrived. */
  readonly protocol: Protocol;
  readonly requestBytes: number;
}

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

  /** Writes answers until one is not known yet or the socket's buffer is full. */
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
