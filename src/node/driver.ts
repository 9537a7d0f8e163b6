import { performance } from 'node:perf_hooks';
import type { Message, NodeId, Persist, RaftEvent } from '../raft/index.js';
import type { Answer, Effects, Input, Replica, Request } from '../replica/index.js';
import type { VirtualClock } from './virtual-clock.js';

/** Where effects go. None of these may call the driver back before it returns. */
export interface World {
  persist(persist: Persist, onPersisted: () => void): void;
  send(messages: readonly Message[]): void;
  answer(answers: readonly Answer[]): void;
  observe(events: readonly RaftEvent[]): void;
}

/** One turn takes inputs for so long; then the event loop has its turn, heartbeats with it. */
const turnMsMax = 5;
/** Inputs between two looks at the clock. */
const inputsPerLook = 32;
/** Timers are looked at so often, in real time. */
const tickIntervalMs = 10;

/**
 * Runs a Replica in the real world. Inputs are batched: all that came in since the last turn go in
 * together, and their effects come out together, so that under load one synced write serves many.
 */
export class Driver {
  readonly #replica: Replica;
  readonly #clock: VirtualClock;
  readonly #world: World;
  #inbox: Input[] = [];
  #isTurnDue = false;
  #ticker: NodeJS.Timeout | null = null;

  constructor(replica: Replica, clock: VirtualClock, world: World) {
    this.#replica = replica;
    this.#clock = clock;
    this.#world = world;
  }

  start(): void {
    this.#ticker = setInterval(() => this.#tick(), tickIntervalMs);
  }

  /** No effect is carried out from here on. */
  stop(): void {
    if (this.#ticker) clearInterval(this.#ticker);
    this.#ticker = null;
    this.#inbox.length = 0;
  }

  request(request: Request): void {
    this.#push({ type: 'request', request });
  }

  message(message: Message): void {
    this.#push({ type: 'message', message });
  }

  peerLost(peer: NodeId): void {
    this.#push({ type: 'peerLost', peer });
  }

  /**
   * A thread that was kept from running finds its election timer expired and, behind it, the
   * heartbeats that came meanwhile: one round of the event loop lets them in first.
   */
  #tick(): void {
    setImmediate(() => this.#push({ type: 'tick' }));
  }

  #push(input: Input): void {
    this.#inbox.push(input);
    this.#takeTurnSoon();
  }

  #takeTurnSoon(): void {
    if (this.#isTurnDue) return;
    this.#isTurnDue = true;
    setImmediate(() => this.#takeTurn());
  }

  #takeTurn(): void {
    this.#isTurnDue = false;
    if (!this.#ticker) return;
    this.#replica.handle({ type: 'clock', nowMs: this.#clock.nowMs });
    this.#handleInputs();
    const effects = this.#replica.takeEffects();
    this.#carryOut(effects);
    if (effects.hasMore || this.#inbox.length > 0) this.#takeTurnSoon();
  }

  #handleInputs(): void {
    const inputs = this.#inbox;
    this.#inbox = [];
    const startMs = performance.now();
    for (let at = 0; at < inputs.length; at += 1) {
      this.#replica.handle(inputs[at] as Input);
      const isTimeToLook = at % inputsPerLook === inputsPerLook - 1;
      if (!isTimeToLook || performance.now() - startMs < turnMsMax) continue;
      this.#inbox = inputs.slice(at + 1).concat(this.#inbox);
      return;
    }
  }

  #carryOut({ persist, messages, answers, events }: Effects): void {
    if (persist) this.#world.persist(persist, () => this.#push({ type: 'persisted' }));
    if (messages.length > 0) this.#world.send(messages);
    if (answers.length > 0) this.#world.answer(answers);
    if (events.length > 0) this.#world.observe(events);
  }
}
