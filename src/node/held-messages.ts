/** The messages that arrive at a node while its clock is stopped, in order of arrival. */

import type { HeldMessage } from '../control/index.js';
import type { Message } from '../raft/index.js';
import { payloadBytesOf } from '../transport/index.js';
import { toMessageNote } from './telemetry/message-note.js';

/** How many messages a node holds; further ones are lost, as on any network. */
export const heldMessagesMax = 10_000;
/** How many bytes of entries and snapshot chunks a node holds; a message beyond that is lost. */
export const heldBytesMax = 128 * 1024 * 1024;

export class HeldMessages {
  readonly #takeNumber: () => number;
  readonly #byNumber = new Map<number, Message>();
  #bytes = 0;

  /** `takeNumber` returns rising numbers. Nodes that share it number messages in one order. */
  constructor(takeNumber: () => number) {
    this.#takeNumber = takeNumber;
  }

  get count(): number {
    return this.#byNumber.size;
  }

  add(message: Message): void {
    const bytes = this.#bytes + payloadBytesOf(message);
    if (this.#byNumber.size >= heldMessagesMax || bytes > heldBytesMax) return;
    this.#bytes = bytes;
    this.#byNumber.set(this.#takeNumber(), message);
  }

  /** Removes and returns the message; null when it has been taken already. */
  take(number: number): Message | null {
    const message = this.#byNumber.get(number);
    if (!message) return null;
    this.#byNumber.delete(number);
    this.#bytes -= payloadBytesOf(message);
    return message;
  }

  takeAll(): Message[] {
    const messages = [...this.#byNumber.values()];
    this.#byNumber.clear();
    this.#bytes = 0;
    return messages;
  }

  /** Returns up to `countMax` messages, lowest number first. */
  first(countMax: number): HeldMessage[] {
    return [...this.#byNumber.entries()]
      .slice(0, countMax)
      .map(([number, message]) => ({ number, message: toMessageNote(message, false) }));
  }
}
