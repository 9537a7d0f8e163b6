import type { HeldMessage } from '../control/index.js';
import type { Message } from '../raft/index.js';
import { payloadBytesOf } from '../transport/index.js';
import { toMessageNote } from './telemetry/message-note.js';

/** Messages that wait at a node while its time stands still; more are lost, as on any network. */
export const heldMessagesMax = 10_000;
/** Bytes of entries and snapshots that wait with them; what would be more is lost. */
export const heldBytesMax = 128 * 1024 * 1024;

/** What has come in while time stands still, in the order in which it came. */
export class HeldMessages {
  readonly #takeNumber: () => number;
  readonly #byNumber = new Map<number, Message>();
  #bytes = 0;

  /** `takeNumber` gives each number once, rising, to all nodes that are to be in one order. */
  constructor(takeNumber: () => number) {
    this.#takeNumber = takeNumber;
  }

  add(message: Message): void {
    const bytes = this.#bytes + payloadBytesOf(message);
    if (this.#byNumber.size >= heldMessagesMax || bytes > heldBytesMax) return;
    this.#bytes = bytes;
    this.#byNumber.set(this.#takeNumber(), message);
  }

  /** Null where it has been taken. */
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

  /** The first of them, lowest number first. */
  first(countMax: number): HeldMessage[] {
    return [...this.#byNumber.entries()]
      .slice(0, countMax)
      .map(([number, message]) => ({ number, message: toMessageNote(message, false) }));
  }
}
