/** Commands whose replies come later. Each holds a place in its connection's AnswerQueue. */

import type { ByteString } from '../base/index.js';
import type { Command, Reply, SessionSerial } from '../kv/index.js';
import type { Outcome } from '../replica/index.js';
import type { AnswerSlot } from './answer-queue.js';
import type { ClientState, Protocol } from './client-state.js';
import type { ProxiedCommand } from './leader-proxy.js';
import type { LeaderRoutes } from './leader-routes.js';
import type { NodeRequest, RequestOrigin } from './node-request.js';

/** The part of a connection that its pending commands use. */
export interface CommandOrigin extends RequestOrigin {
  readonly client: ClientState;
  readonly routes: LeaderRoutes;
  readsPending: number;
  handleOutcome(command: PendingCommand, outcome: Outcome): void;
  awaitReply(slot: AnswerSlot): void;
}

/** A command that the replica, or the leader on behalf of this node, will answer. */
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
   * True when an earlier command was forwarded to the leader after this one had been submitted
   * here. A read may then have missed that command's effect.
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

/** A reply that will come from elsewhere, such as an admin command; takes its place at once. */
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
