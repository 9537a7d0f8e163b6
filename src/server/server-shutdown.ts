/**
 * The shutdown of a server in steps: stop accepting, wait for clients to leave, wait for the end.
 */

import { once } from 'node:events';
import type { Server } from 'node:net';
import { setTimeout } from 'node:timers/promises';

/** How long a node that stops gracefully waits for its clients to move to the new leader. */
const clientsLeaveMsMax = 1000;

export class ServerShutdown {
  readonly #server: Server;
  #closed: Promise<unknown> | null = null;

  constructor(server: Server) {
    this.#server = server;
  }

  /** Accepts no new connections; the open ones are still served. Later calls do nothing. */
  begin(): void {
    if (this.#closed) return;
    this.#closed = once(this.#server, 'close');
    this.#server.close();
  }

  /**
   * Resolves when all clients have disconnected, or after a timeout. Until then a client learns
   * from a reply that another node leads; a closed connection would not tell it.
   */
  async untilClientsLeave(): Promise<void> {
    const timeout = new AbortController();
    const { signal } = timeout;
    await Promise.race([
      this.#closed,
      setTimeout(clientsLeaveMsMax, null, { signal }).catch(() => {}),
    ]);
    timeout.abort();
  }

  /** Resolves when the port is free and all connections are closed. */
  async done(): Promise<void> {
    this.begin();
    await this.#closed;
  }
}
