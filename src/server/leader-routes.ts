import { LeaderProxy, type ProxiedCommand, type ProxyContext } from './leader-proxy.js';

/**
 * How one connection reaches the leader through this node. Its commands go one after the other; its
 * orders (JOIN, LEAVE) go beside them, so that the commands do not wait for an admin command.
 */
export class LeaderRoutes {
  readonly #context: ProxyContext;
  #commands: LeaderProxy | null = null;
  #adminCommands: LeaderProxy | null = null;
  #forwardedCount = 0;

  constructor(context: ProxyContext) {
    this.#context = context;
  }

  /** How many commands have gone to the leader since the connection began. */
  get forwardedCount(): number {
    return this.#forwardedCount;
  }

  /** True while a command is on its way: later commands must follow it, to keep their order. */
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
