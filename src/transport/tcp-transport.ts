import { once } from 'node:events';
import type { Server, Socket } from 'node:net';
import { ByteReader, ByteWriter } from '../codec/index.js';
import type { Address } from '../control/index.js';
import type { Message, NodeId } from '../raft/index.js';
import { listen } from './listen.js';
import { TcpCaller } from './tcp-caller.js';
import type { HeardHello, Hello, Standing, Whereabouts } from './tcp-hello.js';
import { TcpLink } from './tcp-link.js';
import { Strangers } from './tcp-strangers.js';
import { createDoor, type Protection } from './tls.js';
import { groupByPeer, type Transport, type TransportHandlers } from './transport.js';
import { readMessages, takeFrames } from './wire.js';

export interface TcpTransportOptions {
  readonly id: NodeId;
  readonly clusterId: string;
  readonly host: string;
  /** Zero: any free port. */
  readonly port: number;
  /** The option by which a user chooses another port. */
  readonly flag: string;
  /** What it tells its peers of where it is; null where a supervisor does. */
  readonly whereabouts: Whereabouts | null;
  readonly protection: Protection;
  /** Asked anew each time it calls a peer. */
  standing(peer: NodeId): Standing;
}

export interface TcpHandlers extends TransportHandlers {
  /** A peer has called, from wherever it is now. */
  onPeerMet?(peer: NodeId, whereabouts: Whereabouts, standing: Standing): void;
  /** A peer is called in vain: why, in a sentence. */
  onPeerRefused?(reason: string): void;
}

/** A caller that vanishes without a word is noticed 10 s after so long without one. */
const keepAliveDelayMs = 5000;

/** Peers anywhere: a node dials each peer to speak, and listens on its Raft port to hear. */
export class TcpTransport implements Transport {
  readonly #options: TcpTransportOptions;
  readonly #handlers: TcpHandlers;
  readonly #server: Server;
  readonly #links = new Map<NodeId, TcpLink>();
  readonly #strangers = new Strangers();
  /** By the peer that speaks on it. */
  readonly #callers = new Map<NodeId, Socket>();
  readonly #writer = new ByteWriter();
  #port = 0;

  private constructor(options: TcpTransportOptions, handlers: TcpHandlers) {
    this.#options = options;
    this.#handlers = handlers;
    const door = { noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveDelayMs };
    this.#server = createDoor(options.protection.tls, door, (socket) => this.#welcome(socket));
    // Before TLS, if there is any: a handshake is of a stranger too.
    this.#server.on('connection', (socket) => this.#strangers.add(socket));
  }

  /** @throws {LetoError} as `listen` does */
  static async listen(options: TcpTransportOptions, handlers: TcpHandlers): Promise<TcpTransport> {
    const transport = new TcpTransport(options, handlers);
    transport.#port = await listen(transport.#server, options);
    return transport;
  }

  get port(): number {
    return this.#port;
  }

  link(peer: NodeId, address: Address): void {
    const existing = this.#links.get(peer);
    if (existing) {
      existing.redirect(address);
      return;
    }
    const link = new TcpLink(this.#helloTo(peer), address, this.#options.protection, {
      onLost: () => this.#handlers.onPeerLost(peer),
      onVain: (reason) => this.#handlers.onPeerRefused?.(`calls ${peer} in vain: ${reason}`),
    });
    this.#links.set(peer, link);
  }

  /** Says its hello once more, on another connection. */
  callAgain(peer: NodeId, address: Address): void {
    this.#links.get(peer)?.close();
    this.#links.delete(peer);
    this.link(peer, address);
  }

  #helloTo(to: NodeId): Hello {
    const { clusterId, id: from, whereabouts } = this.#options;
    const standing = () => this.#options.standing(to);
    return {
      ...{ clusterId, from, to, whereabouts },
      get isBlank() {
        return standing().isBlank;
      },
      get isAsking() {
        return standing().isAsking;
      },
    };
  }

  /** A peer that has left is spoken to for as long as it listens, but not looked for any more. */
  letGo(peer: NodeId): void {
    this.#links.get(peer)?.letGo();
  }

  send(messages: readonly Message[]): void {
    for (const [peer, group] of groupByPeer(messages)) {
      this.#links.get(peer)?.send(takeFrames(this.#writer, group));
    }
  }

  async close(): Promise<void> {
    for (const link of this.#links.values()) link.close();
    for (const socket of this.#callers.values()) socket.destroy();
    this.#strangers.destroyAll();
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }

  #welcome(socket: Socket): void {
    const { id, clusterId, protection } = this.#options;
    new TcpCaller(
      socket,
      { id, clusterId, secret: protection.secret },
      {
        onAdmitted: (hello) => this.#admit(socket, hello),
        onFrame: (frame, from) => this.#hear(frame, from),
      },
    );
  }

  #hear(frame: Uint8Array, from: NodeId): void {
    for (const message of readMessages(new ByteReader(frame), from, this.#options.id)) {
      this.#handlers.onMessage(message);
    }
  }

  /** A peer that calls anew has lost its last connection, whether we have noticed or not. */
  #admit(socket: Socket, { from, whereabouts, isBlank, isAsking }: HeardHello): void {
    this.#strangers.release(socket);
    this.#callers.get(from)?.destroy();
    this.#callers.set(from, socket);
    socket.once('close', () => {
      if (this.#callers.get(from) === socket) this.#callers.delete(from);
    });
    if (whereabouts) this.#handlers.onPeerMet?.(from, whereabouts, { isBlank, isAsking });
  }
}
