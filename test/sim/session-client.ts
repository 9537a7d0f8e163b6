/** Clients with sessions, which repeat writes. The other clients are in workload.ts. */

import type { Prng } from '../../src/base/prng.js';
import type { Command, SessionSerial } from '../../src/kv/index.js';
import type { Operation } from './operation.js';

/** How likely a client repeats a write although the answer may still come. */
const resendChance = 0.3;
/** How likely a client gives up on a write whose outcome it does not know. */
const giveUpChance = 0.1;

/** A write and its serial. */
interface Attempt {
  readonly command: Command;
  readonly session: SessionSerial;
}

/**
 * A client that numbers its writes and sends each to any node until it knows the outcome. Each
 * write must take effect at most once (6.3).
 */
export class SessionClient {
  readonly #prng: Prng;
  readonly #id: string;
  #serial = 0;
  #attempt: Attempt | null = null;
  /** The requests that were sent for `#attempt`. */
  #operations: Operation[] = [];

  constructor(id: string, prng: Prng) {
    this.#id = id;
    this.#prng = prng;
  }

  /** Returns the write to repeat. Null when it is done, so that the next may follow. */
  unfinished(): Attempt | null {
    const isDone = this.#operations.some(({ status }) => status === 'done');
    const isOpen = this.#operations.some(({ status }) => status === 'open');
    if (isDone || (!isOpen && this.#prng.chance(giveUpChance))) this.#attempt = null;
    return this.#attempt;
  }

  /** True when an answer may still come and the client waits for it. */
  get waits(): boolean {
    const isOpen = this.#operations.some(({ status }) => status === 'open');
    return this.#attempt !== null && isOpen && !this.#prng.chance(resendChance);
  }

  begin(command: Command): Attempt {
    this.#serial += this.#prng.between(1, 3);
    this.#attempt = { command, session: { id: this.#id, serial: this.#serial } };
    this.#operations = [];
    return this.#attempt;
  }

  sent(operation: Operation): void {
    this.#operations.push(operation);
  }
}
