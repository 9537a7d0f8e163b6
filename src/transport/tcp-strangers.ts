import type { Socket } from 'node:net';

/** A connection that has not said, and where there is a secret proved, who it is by then is cut off. */
const helloTimeoutMs = 5000;
/** Connections that have not said who they are; beyond, one is cut off. */
const strangersMax = 64;

interface Stranger {
  readonly socket: Socket;
  readonly address: string;
  readonly timer: NodeJS.Timeout;
}

/** Connections that may be anybody's: few, and not for long. */
export class Strangers {
  /** Oldest first, by where each comes from: TLS has a socket of its own for the same connection. */
  readonly #strangers = new Map<string, Stranger>();

  add(socket: Socket): void {
    socket.on('error', () => {});
    const { remoteAddress: address } = socket;
    // It has hung up already.
    if (address === undefined) {
      socket.destroy();
      return;
    }
    const place = placeOf(socket);
    const timer = setTimeout(() => socket.destroy(), helloTimeoutMs);
    this.#strangers.set(place, { socket, address, timer });
    socket.once('close', () => {
      if (this.#strangers.get(place)?.socket === socket) this.#forget(place);
    });
    if (this.#strangers.size > strangersMax) this.#evictOldestOfCrowd();
  }

  /** It has said who it is, so it may stay. */
  release(socket: Socket): void {
    this.#forget(placeOf(socket));
  }

  destroyAll(): void {
    for (const { socket } of this.#strangers.values()) socket.destroy();
  }

  #forget(place: string): void {
    clearTimeout(this.#strangers.get(place)?.timer);
    this.#strangers.delete(place);
  }

  /** Whoever calls a hundred times from one address keeps nobody out who calls from another. */
  #evictOldestOfCrowd(): void {
    const crowds = new Map<string, string[]>();
    for (const [place, { address }] of this.#strangers) {
      const crowd = crowds.get(address);
      if (crowd) crowd.push(place);
      else crowds.set(address, [place]);
    }
    const [largest] = [...crowds.values()].sort((a, b) => b.length - a.length);
    const place = largest?.[0] ?? '';
    this.#strangers.get(place)?.socket.destroy();
    this.#forget(place);
  }
}

function placeOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress}:${remotePort}`;
}
