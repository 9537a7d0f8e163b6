/**
 * Limits on the connections that are not admitted yet. They may come from any program, so they are
 * few and closed soon.
 */

import type { Socket } from 'node:net';

/** How long a connection may take to be admitted, proofs included, before it is closed. */
const helloTimeoutMs = 5000;
/** The largest number of connections that are not admitted; when there are more, one is closed. */
const pendingHandshakesMax = 64;

interface PendingHandshake {
  readonly socket: Socket;
  readonly address: string;
  readonly timer: NodeJS.Timeout;
}

/** Tracks the connections that are not admitted, and closes those that take too long. */
export class PendingHandshakes {
  /**
   * The pending connections, oldest first. The key is the remote address and port, because TLS
   * wraps a connection in another socket.
   */
  readonly #pending = new Map<string, PendingHandshake>();

  add(socket: Socket): void {
    socket.on('error', () => {});
    const { remoteAddress: address } = socket;
    // The other end has closed the connection already.
    if (address === undefined) {
      socket.destroy();
      return;
    }
    const key = remoteKeyOf(socket);
    const timer = setTimeout(() => socket.destroy(), helloTimeoutMs);
    this.#pending.set(key, { socket, address, timer });
    socket.once('close', () => {
      if (this.#pending.get(key)?.socket === socket) this.#forget(key);
    });
    if (this.#pending.size > pendingHandshakesMax) this.#evictOldestOfLargestGroup();
  }

  /** Stops tracking a connection, because its peer was admitted. */
  release(socket: Socket): void {
    this.#forget(remoteKeyOf(socket));
  }

  destroyAll(): void {
    for (const { socket } of this.#pending.values()) socket.destroy();
  }

  #forget(key: string): void {
    clearTimeout(this.#pending.get(key)?.timer);
    this.#pending.delete(key);
  }

  /** Many connections from one address must not keep out those from other addresses. */
  #evictOldestOfLargestGroup(): void {
    const groups = new Map<string, string[]>();
    for (const [key, { address }] of this.#pending) {
      const group = groups.get(address);
      if (group) group.push(key);
      else groups.set(address, [key]);
    }
    const [largest] = [...groups.values()].sort((a, b) => b.length - a.length);
    const key = largest?.[0] ?? '';
    this.#pending.get(key)?.socket.destroy();
    this.#forget(key);
  }
}

function remoteKeyOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress}:${remotePort}`;
}
