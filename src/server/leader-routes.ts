/**
 * The ways in which one connection reaches the leader through this node. Its commands are forwarded
 * in order. Admin commands (JOIN, LEAVE) have a proxy of their own, since such a command may take
 * long.
 */

import { LeaderProxy, type ProxiedCommand, type ProxyContext } from './leader-proxy.js';

export class LeaderRoutes {
  readonly #context: ProxyContext;
  #commands: LeaderProxy | null = null;
  #adminCommands: LeaderProxy | null = null;
  #forwardedCount = 0;

  constructor(context: ProxyContext) {
    this.#context = context;
  }

  /** The number of commands that this node refused, and so forwarded, on this connection. */
  get forwardedCount(): number {
    return this.#forwardedCount;
  }

  /** True while a command is being forwarded; later commands must then follow it, in order. */
  get isBusy(): boolean {
    return this.#commands?.isBusy ?? false;
  }

  /** Forwards a command that this node has refused because it does not lead. */
  forwardRefused(command: ProxiedCommand): void {
    this.#forwardedCount += 1;
    this.forward(command);
  }

  forward(command: ProxiedCommand): void {
    this.#commands ??= new LeaderProxy(this.#context);
    this.#commands.forward(command);
  }

  forwardAdmin(command: ProxiedCommand): void {
    this.#adminCommands ??= new LeaderProxy(this.#context);
    this.#adminCommands.forward(command);
  }

  close(): void {
    this.#commands?.close();
    this.#adminCommands?.close();
  }
}
