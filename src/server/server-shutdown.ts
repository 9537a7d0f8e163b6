import { once } from 'node:events';
import type { Server } from 'node:net';
import { setTimeout } from 'node:timers/promises';

/** So long a node that ends kindly waits for its clients to find the next leader. */
const clientsLeaveMsMax = 1000;

/** The end of a server, which begins once, however often it is asked for. */
export class ServerShutdown {
  readonly #server: Server;
  #closed: Promise<unknown> | null = null;

  constructor(server: Server) {
    this.#server = server;
  }

  /** Nobody new comes in; those who are in are still answered. */
  begin(): void {
    if (this.#closed) return;
    this.#closed = once(this.#server, 'close');
    this.#server.close();
  }

  /** Clients that are told that another leads go there: one that is cut off does not know. */
  async untilClientsLeave(): Promise<void> {
    const timeout = new AbortController();
    const { signal } = timeout;
    await Promise.race([
      this.#closed,
      setTimeout(clientsLeaveMsMax, null, { signal }).catch(() => {}),
    ]);
    timeout.abort();
  }

  /** Resolves when the port is free and everybody is out. */
  async done(): Promise<void> {
    this.begin();
    await this.#closed;
  }
}
