import type { Prng } from '../../src/base/prng.js';
import type { Command, SessionSerial } from '../../src/kv/index.js';
import type { Operation } from './operation.js';

/** How often a client sends a write again while an answer may still come. */
const impatience = 0.3;
/** How often it gives up a write whose outcome it does not know. */
const resignation = 0.1;

/** What a client of a session is to send next. */
interface Attempt {
  readonly command: Command;
  readonly session: SessionSerial;
}

/**
 * A client that gives its writes serials, and sends each until it knows the outcome, to whichever
 * node it finds: each happens once at most (6.3).
 */
export class SessionClient {
  readonly #prng: Prng;
  readonly #id: string;
  #serial = 0;
  #attempt: Attempt | null = null;
  /** Those of `#attempt` so far. */
  #operations: Operation[] = [];

  constructor(id: string, prng: Prng) {
    this.#id = id;
    this.#prng = prng;
  }

  /** The write to send again; null: it is done, and another may follow. */
  unfinished(): Attempt | null {
    const isDone = this.#operations.some(({ status }) => status === 'done');
    const isOpen = this.#operations.some(({ status }) => status === 'open');
    if (isDone || (!isOpen && this.#prng.chance(resignation))) this.#attempt = null;
    return this.#attempt;
  }

  /** May an answer still come, and does the client wait for it? */
  get waits(): boolean {
    const isOpen = this.#operations.some(({ status }) => status === 'open');
    return this.#attempt !== null && isOpen && !this.#prng.chance(impatience);
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
