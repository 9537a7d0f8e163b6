/**
 * Runs a Replica in the real world: batches its inputs into turns and hands its effects to
 * handlers. All inputs since the last turn go in together and their effects come out together, so
 * that under load one synced write serves many requests. The handlers themselves are in node.ts.
 */

import { performance } from 'node:perf_hooks';
import type { ClusterClock } from '../control/index.js';
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

/** Carries out effects. Inputs that a handler gives to the driver go into the next turn. */
export interface EffectHandlers {
  persist(persist: Persist, onPersisted: () => void): void;
  send(messages: readonly Message[]): void;
  answer(answers: readonly Answer[]): void;
  answerAdmin(answers: readonly AdminAnswer[]): void;
  readChunk(request: ChunkRequest, onRead: (chunk: SnapshotChunk | null) => void): void;
  observe(events: readonly RaftEvent[]): void;
}

/**
 * How long one turn accepts requests before it yields to the event loop, which handles heartbeats.
 */
const turnMsMax = 5;
/** How many requests are handled between two checks of the clock. */
const requestsPerClockCheck = 32;
/** The longest real time until the next look at the timers. */
const timerMsMax = 1000;
/** The shortest, so that a deadline which rounding puts just ahead causes no busy loop. */
const timerMsMin = 1;

/** While the clock is stopped, no timer fires and messages are held; all other inputs go in. */
export class Driver {
  readonly #replica: Replica;
  readonly #clock: ClusterClock;
  readonly #effectHandlers: EffectHandlers;
  /** Inputs from the disk, the peers and the timers, which all go in before the next request. */
  #inbox: Input[] = [];
  #requests: Request[] = [];
  #isTurnDue = false;
  readonly #held: HeldMessages;
  /** The number of disk operations in progress: writes and reads of snapshot chunks. */
  #diskTasks = 0;
  #onIdle: (() => void)[] = [];
  #isRunning = false;
  #timer: NodeJS.Timeout | null = null;
  /** When the timer fires, in virtual time, unless the speed changes. */
  #timerDueMs = Number.POSITIVE_INFINITY;
  /** The `changeCount` of the clock that the replica knows. */
  #knownChanges: number;

  constructor(
    replica: Replica,
    clock: ClusterClock,
    held: HeldMessages,
    effectHandlers: EffectHandlers,
  ) {
    this.#replica = replica;
    this.#clock = clock;
    this.#effectHandlers = effectHandlers;
    this.#held = held;
    this.#knownChanges = clock.changeCount;
  }

  start(): void {
    this.#isRunning = true;
    this.#setTimer();
  }

  /** Stops the turns: no further effect is carried out. */
  stop(): void {
    this.#isRunning = false;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
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
    // Held messages go first, also when time runs again but the node has not been told yet.
    if (this.#clock.isStopped || this.#held.count > 0) this.#held.add(message);
    else this.deliver(message);
  }

  /** The messages that wait while the clock is stopped. */
  get held(): HeldMessages {
    return this.#held;
  }

  /** Passes a message on to the replica without holding it, even while the clock is stopped. */
  deliver(message: Message): void {
    this.#push({ type: 'message', message });
  }

  /** Must be called after the clock has changed. Delivers held messages once time runs again. */
  clockChanged(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#clock.isStopped) return;
    for (const message of this.#held.takeAll()) this.deliver(message);
    this.#setTimer();
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
   * Wakes up at the replica's next deadline. A stopped clock needs no timer, since `clockChanged`
   * sets one. A timer that is set already stays when the deadline has moved away, as it does with
   * every heartbeat; it is set anew when it fires.
   */
  #setTimer(): void {
    const { nextDeadlineMs } = this.#replica;
    if (!this.#isRunning || this.#clock.isStopped) return;
    if (this.#timer && this.#timerDueMs <= nextDeadlineMs) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timerDueMs = nextDeadlineMs;
    const leftMs = (nextDeadlineMs - this.#clock.nowMs) / this.#clock.speed;
    const realMs = Math.min(Math.max(leftMs, timerMsMin), timerMsMax);
    this.#timer = setTimeout(() => this.#onTimer(), Math.ceil(realMs));
  }

  /**
   * Ticks one round of the event loop later. After a stall the election timer has expired while
   * heartbeats still wait in the queue; the delay lets them in first.
   */
  #onTimer(): void {
    this.#timer = null;
    setImmediate(() => {
      if (!this.#clock.isStopped && this.#replica.nextDeadlineMs <= this.#clock.nowMs) this.tick();
      else this.#setTimer();
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
    if (!this.#isRunning) return;
    this.#readClock();
    for (const input of this.#inbox.splice(0)) this.#replica.handle(input);
    this.#handleRequests();
    const effects = this.#replica.takeEffects();
    this.#carryOut(effects);
    if (effects.hasMore || this.#requests.length > 0) this.#takeTurnSoon();
    if (this.#isIdle) for (const onIdle of this.#onIdle.splice(0)) onIdle();
    this.#setTimer();
  }

  /** The changes are read first: one that comes between the two reads counts for the next turn. */
  #readClock(): void {
    const { changeCount } = this.#clock;
    this.#replica.handle({ type: 'clock', nowMs: this.#clock.nowMs });
    if (changeCount === this.#knownChanges) return;
    this.#knownChanges = changeCount;
    this.#replica.handle({ type: 'timeDisturbed' });
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
