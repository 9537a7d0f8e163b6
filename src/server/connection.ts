/**
 * One client's connection to the RESP port: bytes become requests, which are handed over one by
 * one, and the answers go back in order. It knows no commands; dispatch.ts does.
 */

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
import type { ConnectionTurns, TurnTaker } from './connection-turns.js';
import { endThenDestroy } from './end-then-destroy.js';
import type { LeaderRoutes } from './leader-routes.js';
import type { CommandOrigin, PendingCommand } from './pending-command.js';

export interface ConnectionHandlers {
  /** Answers the request, or reserves a place for its answer, before it returns. */
  onRequest(connection: Connection, request: RawRequest): void;
  /** Resolves the command, or forwards it to the leader. */
  onOutcome(command: PendingCommand, outcome: Outcome): void;
  /** Called for a request that a web page made a browser send (`POST`, `Host:`); it is not run. */
  onAttack(connection: Connection): void;
  onClose(connection: Connection): void;
}

export class Connection implements CommandOrigin, TurnTaker {
  /**
   * The number of unanswered reads. The next write waits for these reads, which must not see its
   * effect.
   */
  readsPending = 0;
  readonly #handlers: ConnectionHandlers;
  readonly #turns: ConnectionTurns;
  readonly #decoder: RequestDecoder;
  readonly #requests: RawRequest[] = [];
  readonly #answers = new AnswerQueue();
  #protocolError: string | null = null;
  /** True when the client has closed its half of the connection. */
  #hasEnded = false;
  /** True when no more requests are read; the socket closes after the last owed answer. */
  #isClosing = false;

  constructor(
    readonly socket: Socket,
    readonly client: ClientState,
    readonly routes: LeaderRoutes,
    handlers: ConnectionHandlers,
    turns: ConnectionTurns,
  ) {
    this.#handlers = handlers;
    this.#turns = turns;
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

  /** Lifts the limits for unauthenticated clients and retries a request that exceeded them. */
  authenticate(): void {
    this.client.isAuthenticated = true;
    this.#decoder.limits = requestLimits;
    this.#decode(Buffer.alloc(0));
  }

  answer(reply: Reply): void {
    this.#answers.add({ reply, protocol: this.client.protocol, requestBytes: 0 });
  }

  /** Reserves a place for the answer of a command, which `resolve` and then `proceed` deliver. */
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

  /** Reads no more requests, and closes the connection after the last owed answer. */
  closeSoon(): void {
    this.#isClosing = true;
    this.#requests.length = 0;
    this.#protocolError = null;
  }

  /** Writes the known answers and continues with the waiting requests, now or in a later turn. */
  proceed(): void {
    if (this.socket.destroyed) return;
    this.#write();
    const isServed = this.#turns.serve(this);
    if (!isServed && this.#requests.length > 0) this.socket.pause();
  }

  takeRequests(countMax: number): boolean {
    if (this.socket.destroyed) return false;
    for (let count = 0; count < countMax && this.#mayTakeRequest(); count += 1) {
      this.#handlers.onRequest(this, this.#requests.shift() as RawRequest);
    }
    if (this.#requests.length === 0) this.#maybeCloseSoon();
    this.#write();
    if (this.#requests.length > 0) this.socket.pause();
    else if (this.socket.isPaused()) this.socket.resume();
    return this.#mayTakeRequest();
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
