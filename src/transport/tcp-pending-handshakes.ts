import type { Socket } from 'node:net';

/** A connection that has not said, and where there is a secret proved, who it is by then is cut off. */
const helloTimeoutMs = 5000;
/** Connections that have not said who they are; beyond, one is cut off. */
const pendingHandshakesMax = 64;

interface PendingHandshake {
  readonly socket: Socket;
  readonly address: string;
  readonly timer: NodeJS.Timeout;
}

/** Connections that may be anybody's: few, and not for long. */
export class PendingHandshakes {
  /** Oldest first, by where each comes from: TLS has a socket of its own for the same connection. */
  readonly #pending = new Map<string, PendingHandshake>();

  add(socket: Socket): void {
    socket.on('error', () => {});
    const { remoteAddress: address } = socket;
    // It has hung up already.
    if (address === undefined) {
      socket.destroy();
      return;
    }
    const place = remoteKeyOf(socket);
    const timer = setTimeout(() => socket.destroy(), helloTimeoutMs);
    this.#pending.set(place, { socket, address, timer });
    socket.once('close', () => {
      if (this.#pending.get(place)?.socket === socket) this.#forget(place);
    });
    if (this.#pending.size > pendingHandshakesMax) this.#evictOldestOfLargestGroup();
  }

  /** It has said who it is, so it may stay. */
  release(socket: Socket): void {
    this.#forget(remoteKeyOf(socket));
  }

  destroyAll(): void {
    for (const { socket } of this.#pending.values()) socket.destroy();
  }

  #forget(place: string): void {
    clearTimeout(this.#pending.get(place)?.timer);
    this.#pending.delete(place);
  }

  /** Whoever calls a hundred times from one address keeps nobody out who calls from another. */
  #evictOldestOfLargestGroup(): void {
    const groups = new Map<string, string[]>();
    for (const [place, { address }] of this.#pending) {
      const group = groups.get(address);
      if (group) group.push(place);
      else groups.set(address, [place]);
    }
    const [largest] = [...groups.values()].sort((a, b) => b.length - a.length);
    const place = largest?.[0] ?? '';
    this.#pending.get(place)?.socket.destroy();
    this.#forget(place);
  }
}

function remoteKeyOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress}:${remotePort}`;
}
