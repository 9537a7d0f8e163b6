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

/** Where effects go. What these tell the driver before they return goes into the next turn. */
export interface EffectHandlers {
  persist(persist: Persist, onPersisted: () => void): void;
  send(messages: readonly Message[]): void;
  answer(answers: readonly Answer[]): void;
  answerAdmin(answers: readonly AdminAnswer[]): void;
  readChunk(question: ChunkRequest, onRead: (chunk: SnapshotChunk | null) => void): void;
  observe(events: readonly RaftEvent[]): void;
}

/** One turn takes requests for so long; then the event loop has its turn, heartbeats with it. */
const turnMsMax = 5;
/** Requests between two looks at the clock. */
const requestsPerClockCheck = 32;
/** Timers are looked at so often, in real time. */
const tickIntervalMs = 10;

/**
 * Runs a Replica in the real world. Inputs are batched: all that came in since the last turn go in
 * together, and their effects come out together, so that under load one synced write serves many.
 *
 * While the clock stands still, no timer runs and messages are held; all else goes in as ever.
 */
export class Driver {
  readonly #replica: Replica;
  readonly #clock: VirtualClock;
  readonly #effectHandlers: EffectHandlers;
  /** From the disk, the peers and the timers: all of it goes in before the next request. */
  #inbox: Input[] = [];
  #requests: Request[] = [];
  #isTurnDue = false;
  readonly #held: HeldMessages;
  /** The disk is asked for so much: a write, and chunks of a snapshot. */
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

  /** No effect is carried out from here on. */
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

  /** The messages that wait while time stands still. */
  get held(): HeldMessages {
    return this.#held;
  }

  deliver(message: Message): void {
    this.#push({ type: 'message', message });
  }

  /** What was held goes in once time goes on, in order. */
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

  /** Calls back once all that came in has had its turn, and the disk has done what came of it. */
  whenIdle(onIdle: () => void): void {
    this.#onIdle.push(onIdle);
    this.#takeTurnSoon();
  }

  peerLost(peer: NodeId): void {
    this.#push({ type: 'peerLost', peer });
  }

  /**
   * A thread that was kept from running finds its election timer expired and, behind it, the
   * heartbeats that came meanwhile: one round of the event loop lets them in first.
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
    // First, so that nobody hears of what follows from it before.
    if (events.length > 0) this.#effectHandlers.observe(events);
    if (persist) {
      this.#diskTasks += 1;
      this.#effectHandlers.persist(persist, () => this.#pushFromDisk({ type: 'persisted' }));
    }
    if (messages.length > 0) this.#effectHandlers.send(messages);
    if (answers.length > 0) this.#effectHandlers.answer(answers);
    if (adminAnswers.length > 0) this.#effectHandlers.answerAdmin(adminAnswers);
    for (const question of chunkRequests) {
      this.#diskTasks += 1;
      this.#effectHandlers.readChunk(question, (chunk) =>
        this.#pushFromDisk({ type: 'chunk', request: question, chunk }),
      );
    }
  }

  #pushFromDisk(input: Input): void {
    this.#diskTasks -= 1;
    this.#push(input);
  }
}
