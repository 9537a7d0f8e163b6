/**
 * Runs a Replica in the real world: batches its inputs into turns and hands its effects to
 * handlers. All inputs since the last turn go in together and their effects come out together, so
 * that under load one synced write serves many requests. The handlers themselves are in node.ts.
 */

import { performance } from 'node:perf_hooks';
import type {
  ChunkRequest,
  Message,
  NodeId,
  Persist,
  RaftEvent,
  SnapshotChunk,
} from '../raft/index.js';
import type {
  AdminAnswer,
  AdminRequest,
  Answer,
  Effects,
  Input,
  Replica,
  Request,
} from '../replica/index.js';
import type { HeldMessages } from './held-messages.js';
import type { VirtualClock } from './virtual-clock.js';

/** Carries out effects. Inputs that a handler gives to the driver go into the next turn. */
export interface EffectHandlers {
  persist(persist: Persist, onPersisted: () => void): void;
  send(messages: readonly Message[]): void;
  answer(answers: readonly Answer[]): void;
  answerAdmin(answers: readonly AdminAnswer[]): void;
  readChunk(request: ChunkRequest, onRead: (chunk: SnapshotChunk | null) => void): void;
  observe(events: readonly RaftEvent[]): void;
}

/** How long one turn takes requests before it yields to the event loop, and so to heartbeats. */
const turnMsMax = 5;
/** How many requests are handled between two checks of the clock. */
const requestsPerClockCheck = 32;
/** The interval, in real time, at which timers are checked. */
const tickIntervalMs = 10;

/** While the clock is stopped, no timer fires and messages are held; all other inputs go in. */
export class Driver {
  readonly #replica: Replica;
  readonly #clock: VirtualClock;
  readonly #effectHandlers: EffectHandlers;
  /** Inputs from the disk, the peers and the timers, which all go in before the next request. */
  #inbox: Input[] = [];
  #requests: Request[] = [];
  #isTurnDue = false;
  readonly #held: HeldMessages;
  /** The number of disk operations in progress: writes and reads of snapshot chunks. */
  #diskTasks = 0;
  #onIdle: (() => void)[] = [];
  #ticker: NodeJS.Timeout | null = null;

  constructor(
    replica: Replica,
    clock: VirtualClock,
    held: HeldMessages,
    effectHandlers: EffectHandlers,
  ) {
    this.#replica = replica;
    this.#clock = clock;
    this.#effectHandlers = effectHandlers;
    this.#held = held;
  }

  start(): void {
    this.#ticker = setInterval(() => this.#tick(), tickIntervalMs);
  }

  /** Stops the turns: no further effect is carried out. */
  stop(): void {
    if (this.#ticker) clearInterval(this.#ticker);
    this.#ticker = null;
    this.#inbox.length = 0;
    this.#requests.length = 0;
    this.#onIdle.length = 0;
  }

  request(request: Request): void {
    this.#requests.push(request);
    this.#takeTurnSoon();
  }

  admin(request: AdminRequest): void {
    this.#push({ type: 'admin', request });
  }

  message(message: Message): void {
    if (this.#clock.isStopped) this.#held.add(message);
    else this.deliver(message);
  }

  /** The messages that wait while the clock is stopped. */
  get held(): HeldMessages {
    return this.#held;
  }

  /** Hands over a message at once, even while the clock is stopped. */
  deliver(message: Message): void {
    this.#push({ type: 'message', message });
  }

  /** Changes the speed of time; held messages are delivered, in order, when time runs again. */
  setSpeed(speed: number): void {
    this.#clock.setSpeed(speed);
    if (!this.#clock.isStopped) for (const message of this.#held.takeAll()) this.deliver(message);
  }

  tick(): void {
    this.#push({ type: 'tick' });
  }

  electionTimeout(): void {
    this.#push({ type: 'electionTimeout' });
  }

  /** Calls back when every input has been handled and the resulting disk operations are done. */
  whenIdle(onIdle: () => void): void {
    this.#onIdle.push(onIdle);
    this.#takeTurnSoon();
  }

  peerLost(peer: NodeId): void {
    this.#push({ type: 'peerLost', peer });
  }

  /** Tells the replica where a node listens for peers; null when that is not known any more. */
  nodeAddress(node: NodeId, address: string | null): void {
    this.#push({ type: 'nodeAddress', node, address });
  }

  /**
   * Ticks one round of the event loop later. After a stall the election timer has expired while
   * heartbeats still wait in the queue; the delay lets them in first.
   */
  #tick(): void {
    setImmediate(() => {
      if (!this.#clock.isStopped) this.tick();
    });
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
    for (const input of this.#inbox.splice(0)) this.#replica.handle(input);
    this.#handleRequests();
    const effects = this.#replica.takeEffects();
    this.#carryOut(effects);
    if (effects.hasMore || this.#requests.length > 0) this.#takeTurnSoon();
    if (this.#isIdle) for (const onIdle of this.#onIdle.splice(0)) onIdle();
  }

  get #isIdle(): boolean {
    return !this.#isTurnDue && this.#diskTasks === 0 && this.#inbox.length === 0;
  }

  #handleRequests(): void {
    const endMs = performance.now() + turnMsMax;
    let count = 0;
    for (const request of this.#requests) {
      this.#replica.handle({ type: 'request', request });
      count += 1;
      if (count % requestsPerClockCheck === 0 && performance.now() >= endMs) break;
    }
    this.#requests = this.#requests.slice(count);
  }

  #carryOut(effects: Effects): void {
    const { persist, messages, answers, adminAnswers, chunkRequests, events } = effects;
    // Events come first, ahead of the messages and answers that follow from them.
    if (events.length > 0) this.#effectHandlers.observe(events);
    if (persist) {
      this.#diskTasks += 1;
      this.#effectHandlers.persist(persist, () => this.#pushFromDisk({ type: 'persisted' }));
    }
    if (messages.length > 0) this.#effectHandlers.send(messages);
    if (answers.length > 0) this.#effectHandlers.answer(answers);
    if (adminAnswers.length > 0) this.#effectHandlers.answerAdmin(adminAnswers);
    for (const request of chunkRequests) {
      this.#diskTasks += 1;
      this.#effectHandlers.readChunk(request, (chunk) =>
        this.#pushFromDisk({ type: 'chunk', request, chunk }),
      );
    }
  }

  #pushFromDisk(input: Input): void {
    this.#diskTasks -= 1;
    this.#push(input);
  }
}
