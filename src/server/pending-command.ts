import type { ByteString } from '../base/index.js';
import type { Command, Reply, SessionSerial } from '../kv/index.js';
import type { Outcome } from '../replica/index.js';
import type { AnswerSlot } from './answer-queue.js';
import type { ClientState, Protocol } from './client-state.js';
import type { ProxiedCommand } from './leader-proxy.js';
import type { LeaderRoutes } from './leader-routes.js';
import type { NodeRequest, RequestOrigin } from './node-request.js';

/** The connection that a command came from, as far as its answer is concerned. */
export interface CommandOrigin extends RequestOrigin {
  readonly client: ClientState;
  readonly routes: LeaderRoutes;
  readsPending: number;
  handleOutcome(command: PendingCommand, outcome: Outcome): void;
  awaitReply(slot: AnswerSlot): void;
}

/** A command that the replica answers, in its place in the order of its connection's answers. */
export class PendingCommand implements NodeRequest, AnswerSlot, ProxiedCommand {
  readonly client: ClientState;
  readonly protocol: Protocol;
  readonly requestBytes: number;
  readonly #forwardedBefore: number;
  #reply: Reply | null = null;

  constructor(
    readonly command: Command,
    readonly origin: CommandOrigin,
    readonly session: SessionSerial | null,
  ) {
    this.client = origin.client;
    this.protocol = origin.client.protocol;
    this.requestBytes = command.args.reduce((sum, arg) => sum + arg.length, 0);
    this.#forwardedBefore = origin.routes.forwardedCount;
  }

  /**
   * True where a command that was sent before this one has gone to the leader only now: then this
   * one may have been read too early.
   */
  get isOvertaken(): boolean {
    return this.#forwardedBefore !== this.origin.routes.forwardedCount;
  }

  get reply(): Reply | null {
    return this.#reply;
  }

  handleOutcome(outcome: Outcome): void {
    this.origin.handleOutcome(this, outcome);
  }

  get words(): readonly ByteString[] {
    return [this.command.spec.name, ...this.command.args];
  }

  get isRepeatable(): boolean {
    return this.command.spec.kind === 'read';
  }

  resolve(reply: Reply): void {
    this.#reply = reply;
    if (this.command.spec.kind === 'read') this.origin.readsPending -= 1;
  }

  settle(reply: Reply): void {
    this.resolve(reply);
    this.origin.proceed();
  }
}

/** The place of an answer that comes later, and not from one of the replica's commands. */
export class PendingReply implements AnswerSlot {
  readonly protocol: Protocol;
  readonly requestBytes = 0;
  readonly #origin: CommandOrigin;
  #reply: Reply | null = null;

  constructor(origin: CommandOrigin) {
    this.#origin = origin;
    this.protocol = origin.client.protocol;
    origin.awaitReply(this);
  }

  get reply(): Reply | null {
    return this.#reply;
  }

  settle(reply: Reply): void {
    this.#reply = reply;
    this.#origin.proceed();
  }
}
