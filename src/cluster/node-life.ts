/**
 * One life of a node, from its start to its death: the thread that runs it, the requests to it, and
 * how it is paused, stopped and killed. NodeHandle (node-handle.ts) spans all lives of a node.
 */

import { EventEmitter, once } from 'node:events';
import { MessageChannel, type MessagePort, type Worker } from 'node:worker_threads';
import type { Piscina } from 'piscina';
import { type ErrorData, LetoError, toErrorData, unreachable } from '../base/index.js';
import type {
  AdminCommand,
  AdminOutcome,
  ClusterClock,
  FromNode,
  NodeAnswer,
  NodeQuestion,
  NodeSettings,
  ToNode,
} from '../control/index.js';

/** How long a life may take to stop gracefully before it is killed. */
const stopMsMax = 5000;

/** The resources of a life, besides its disk. */
export interface LifeResources {
  readonly pool: Piscina;
  readonly worker: URL;
  /** The shared counter that numbers held messages across all nodes while time is stopped. */
  readonly arrivalCounter: Int32Array;
  readonly clock: ClusterClock;
}

/** How long to wait for a node's answer (real, not virtual, time). */
const answerMsMax = 10_000;
/** The number of questions to one node that may be unanswered. */
const questionsMax = 64;

/** How a life ended: on purpose, or with an error. */
export type Death =
  | { readonly type: 'killed' }
  | { readonly type: 'stopped' }
  | { readonly type: 'crashed'; readonly error: ErrorData };

/**
 * A task that occupies one thread of the pool until the node stops, crashes or is killed. `death`
 * resolves once the thread has released its sockets, and never before.
 */
export class NodeLife {
  readonly death: Promise<Death>;
  readonly #pool: Piscina;
  readonly #clock: ClusterClock;
  readonly #control: MessagePort;
  readonly #controlClosed: Promise<unknown>;
  readonly #abort = new AbortController();
  readonly #onMessage: (message: FromNode) => void;
  readonly #pauseCell = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  /** The admin commands that have no answer yet, by number. */
  readonly #adminRequests = new Map<number, (outcome: AdminOutcome | null) => void>();
  #lastAdminNumber = 0;
  /** The questions that have no answer yet, by number. */
  readonly #questions = new Map<number, (answer: NodeAnswer | null) => void>();
  #lastQuestion = 0;
  /** Emits when the thread says that it pauses or resumes. */
  readonly #pauseEvents = new EventEmitter<{ paused: []; resumed: [] }>();
  /** The thread, once its first message has named it. Null when the task ended before that. */
  readonly #thread: Promise<Worker | null>;
  #resolveThread: (thread: Worker | null) => void = () => {};
  #threadExit: Promise<unknown> = Promise.resolve();
  #endError: ErrorData | null = null;
  #isKilled = false;

  constructor(
    { pool, worker, arrivalCounter, clock }: LifeResources,
    settings: NodeSettings,
    disk: MessagePort,
    onMessage: (message: FromNode) => void,
  ) {
    const { port1, port2: control } = new MessageChannel();
    this.#pool = pool;
    this.#clock = clock;
    this.#control = port1;
    this.#controlClosed = once(port1, 'close');
    this.#onMessage = onMessage;
    this.#thread = new Promise((resolve) => {
      this.#resolveThread = resolve;
    });
    port1.on('message', (message: FromNode) => this.#handle(message));
    const task = {
      settings,
      control,
      disk,
      pauseCell: this.#pauseCell,
      arrivalCounter,
      clockMemory: clock.memory,
    };
    // The pool itself is not given the file: its idle threads would load the modules at any time,
    // and terminating a thread that is loading modules crashes the whole process.
    const { signal } = this.#abort;
    const options = { filename: worker.href, name: 'runNode', signal };
    this.death = this.#untilDead(pool.run(task, { ...options, transferList: [control, disk] }));
  }

  post(message: ToNode<MessagePort>): void {
    this.#control.postMessage(message, message.type === 'link' ? [message.port] : []);
  }

  /** Resolves with the outcome of an admin command, or null when the life ended before. */
  admin(command: AdminCommand): Promise<AdminOutcome | null> {
    this.#lastAdminNumber += 1;
    const number = this.#lastAdminNumber;
    this.post({ type: 'admin', number, command });
    return new Promise((resolve) => this.#adminRequests.set(number, resolve));
  }

  #settleAdmin(number: number, outcome: AdminOutcome | null): void {
    this.#adminRequests.get(number)?.(outcome);
    this.#adminRequests.delete(number);
  }

  /**
   * Resolves with the answer to a question, or null when the life ended before.
   * @throws {LetoError} LETO_NODE_STATE when too many questions wait, LETO_TIMED_OUT
   */
  async ask(question: NodeQuestion): Promise<NodeAnswer | null> {
    if (this.#questions.size >= questionsMax) throw tooManyQuestions(question.node);
    this.#lastQuestion += 1;
    const number = this.#lastQuestion;
    let timer: NodeJS.Timeout | undefined;
    const answer = new Promise<NodeAnswer | null>((resolve, reject) => {
      this.#questions.set(number, resolve);
      timer = setTimeout(() => reject(answerTimeoutError(question.node)), answerMsMax);
    });
    this.post({ type: 'question', number, question });
    try {
      return await answer;
    } finally {
      clearTimeout(timer);
      this.#questions.delete(number);
    }
  }

  /**
   * Terminates the thread at once, even in the middle of a loop or a write, and waits until it is
   * gone. A thread that is still loading its modules is terminated only after its first message.
   */
  async kill(): Promise<void> {
    this.#isKilled = true;
    await this.#thread;
    this.#abort.abort();
    await this.death;
  }

  /** True while the thread is blocked, or will block as soon as it handles its messages. */
  get isPaused(): boolean {
    return Atomics.load(this.#pauseCell, 0) === 1;
  }

  /** Blocks the thread; resolves once it is about to block, or the life has ended. */
  async pause(): Promise<void> {
    this.#clock.countChange();
    Atomics.store(this.#pauseCell, 0, 1);
    const paused = once(this.#pauseEvents, 'paused');
    this.post({ type: 'pause' });
    await Promise.race([paused, this.death]);
  }

  /** Unblocks the thread; resolves once it runs again, or the life has ended. */
  async resume(): Promise<void> {
    const resumed = once(this.#pauseEvents, 'resumed');
    this.#unblockThread();
    await Promise.race([resumed, this.death]);
  }

  #unblockThread(): void {
    this.#clock.countChange();
    Atomics.store(this.#pauseCell, 0, 0);
    Atomics.notify(this.#pauseCell, 0);
  }

  /** Asks the node to close its sockets and end. Kills it when it takes too long. */
  async stop({ handsOver }: { readonly handsOver: boolean }): Promise<void> {
    this.#unblockThread();
    this.post({ type: 'stop', handsOver });
    const timer = setTimeout(() => void this.kill(), stopMsMax);
    await this.death;
    clearTimeout(timer);
  }

  #handle(message: FromNode): void {
    switch (message.type) {
      case 'thread':
        this.#findThread(message.threadId);
        break;
      case 'ended':
        this.#endError = message.error;
        break;
      case 'adminAnswered':
        this.#settleAdmin(message.number, message.outcome);
        break;
      case 'questionAnswered':
        this.#questions.get(message.number)?.(message.answer);
        break;
      case 'paused':
      case 'resumed':
        this.#pauseEvents.emit(message.type);
        break;
      case 'running':
      case 'report':
      case 'events':
      case 'stepReport':
      case 'traffic':
      case 'lines':
        // Only the supervisor needs these.
        break;
      default:
        unreachable(message);
    }
    this.#onMessage(message);
  }

  #findThread(threadId: number): void {
    const thread = this.#pool.threads.find((worker) => worker.threadId === threadId) ?? null;
    if (thread) this.#threadExit = new Promise((resolve) => thread.once('exit', resolve));
    this.#resolveThread(thread);
  }

  async #untilDead(task: Promise<void>): Promise<Death> {
    let failure: unknown = null;
    try {
      await task;
    } catch (error) {
      failure = error;
      this.#resolveThread(null);
      if (await this.#thread) await Promise.all([this.#threadExit, this.#controlClosed]);
    }
    this.#control.close();
    for (const number of [...this.#adminRequests.keys()]) this.#settleAdmin(number, null);
    for (const settle of this.#questions.values()) settle(null);
    if (this.#isKilled) return { type: 'killed' };
    if (failure === null) return { type: 'stopped' };
    return { type: 'crashed', error: this.#endError ?? toErrorData(failure) };
  }
}

function answerTimeoutError(node: string): LetoError {
  const message = `${node} did not answer within ${answerMsMax / 1000} s; it may be paused or busy`;
  return new LetoError('LETO_TIMED_OUT', `${message}: resume it, or try again`);
}

function tooManyQuestions(node: string): LetoError {
  return new LetoError('LETO_NODE_STATE', `too many questions to ${node} at once; try again`);
}
