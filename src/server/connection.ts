import type { Socket } from 'node:net';
import { errorReply, findCommand, type Reply } from '../kv/index.js';
import type { Outcome } from '../replica/index.js';
import {
  type RawRequest,
  RequestDecoder,
  requestLimits,
  unauthenticatedLimits,
} from '../resp/index.js';
import { AnswerQueue, type AnswerSlot } from './answer-queue.js';
import type { ClientState } from './client-state.js';
import { endThenDestroy } from './end-then-destroy.js';
import type { LeaderRoutes } from './leader-routes.js';
import type { CommandOrigin, PendingCommand } from './pending-command.js';

export interface ConnectionHandlers {
  /** Gives the connection one `answer` or one `await` before it returns. */
  onRequest(connection: Connection, request: RawRequest): void;
  /** Resolves the command, or forwards it to the leader. */
  onOutcome(command: PendingCommand, outcome: Outcome): void;
  /** A web page made a browser send this (`POST`, `Host:`); none of it is run. */
  onAttack(connection: Connection): void;
  onClose(connection: Connection): void;
}

/**
 * One client's connection: bytes become requests, which are handed over one by one, and their
 * answers go back in order. It knows no command; `dispatch` does.
 */
export class Connection implements CommandOrigin {
  /** Reads without an answer. A write waits for them: they were sent before it and must not see it. */
  readsPending = 0;
  readonly #handlers: ConnectionHandlers;
  readonly #decoder: RequestDecoder;
  readonly #requests: RawRequest[] = [];
  readonly #answers = new AnswerQueue();
  #protocolError: string | null = null;
  /** The client has closed its half: it sends nothing more. */
  #hasEnded = false;
  /** Nothing more is read; the socket closes when the answers that are owed have left. */
  #isClosing = false;
  #isTurnDue = false;

  constructor(
    readonly socket: Socket,
    readonly client: ClientState,
    readonly routes: LeaderRoutes,
    handlers: ConnectionHandlers,
  ) {
    this.#handlers = handlers;
    const limits = client.isAuthenticated ? requestLimits : unauthenticatedLimits;
    this.#decoder = new RequestDecoder(limits);
    socket.on('data', (chunk) => this.#read(chunk));
    socket.on('drain', () => this.proceed());
    socket.on('end', () => {
      this.#hasEnded = true;
      this.proceed();
    });
    socket.on('error', () => {});
    socket.once('close', () => handlers.onClose(this));
  }

  /** After AUTH, decodes again the request that exceeded the limits before authentication. */
  authenticate(): void {
    this.client.isAuthenticated = true;
    this.#decoder.limits = requestLimits;
    this.#decode(Buffer.alloc(0));
  }

  answer(reply: Reply): void {
    this.#answers.add({ reply, protocol: this.client.protocol, requestBytes: 0 });
  }

  /** The answer comes later: the command is resolved, then `proceed` is called. */
  awaitOutcome(command: PendingCommand): void {
    if (command.command.spec.kind === 'read') this.readsPending += 1;
    this.#answers.add(command);
  }

  handleOutcome(command: PendingCommand, outcome: Outcome): void {
    if (!this.socket.destroyed) this.#handlers.onOutcome(command, outcome);
  }

  awaitReply(slot: AnswerSlot): void {
    this.#answers.add(slot);
  }

  /** Reads nothing more, and closes the connection after the answers that are owed. */
  closeSoon(): void {
    this.#isClosing = true;
    this.#requests.length = 0;
    this.#protocolError = null;
  }

  /** Writes the answers that are known, and goes on with the requests that were waiting. */
  proceed(): void {
    if (this.socket.destroyed) return;
    this.#write();
    while (this.#mayTakeRequest()) {
      this.#handlers.onRequest(this, this.#requests.shift() as RawRequest);
    }
    if (this.#requests.length === 0) this.#maybeCloseSoon();
    this.#write();
    if (this.#requests.length > 0) this.socket.pause();
    else if (this.socket.isPaused()) this.socket.resume();
    if (this.#mayTakeRequest()) this.#proceedSoon();
  }

  /** Takes the rest of a long pipeline in the next turn, so that other connections have theirs. */
  #proceedSoon(): void {
    if (this.#isTurnDue) return;
    this.#isTurnDue = true;
    setImmediate(() => {
      this.#isTurnDue = false;
      this.proceed();
    });
  }

  #read(chunk: Buffer): void {
    if (this.#isClosing) return;
    this.#decode(chunk);
    this.proceed();
  }

  #decode(chunk: Buffer): void {
    const { requests, error: protocolError, isAttack } = this.#decoder.decode(chunk);
    for (const request of requests) this.#requests.push(request);
    this.#protocolError = protocolError;
    if (isAttack) this.#handlers.onAttack(this);
  }

  #maybeCloseSoon(): void {
    if (this.#protocolError !== null) this.answer(errorReply(this.#protocolError));
    if (this.#protocolError !== null || this.#hasEnded) this.closeSoon();
  }

  #mayTakeRequest(): boolean {
    const [next] = this.#requests;
    if (!next || this.#isClosing) return false;
    if (this.readsPending > 0 && findCommand(next[0] ?? '')?.kind === 'write') return false;
    return !this.#answers.isFull && !this.socket.writableNeedDrain;
  }

  #write(): void {
    this.#answers.writeTo(this.socket);
    if (this.#isClosing && this.#answers.isEmpty) endThenDestroy(this.socket);
  }
}
