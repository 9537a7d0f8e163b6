import { once } from 'node:events';
import type { Server, Socket } from 'node:net';
import { ByteReader, ByteWriter } from '../codec/index.js';
import type { Address } from '../control/index.js';
import type { Message, NodeId } from '../raft/index.js';
import { listen } from './listen.js';
import type { AdvertisedAddresses, Hello, HistoryClaim, ReceivedHello } from './tcp-hello.js';
import { TcpInboundConnection } from './tcp-inbound-connection.js';
import { TcpLink } from './tcp-link.js';
import { PendingHandshakes } from './tcp-pending-handshakes.js';
import { createServer, type Protection } from './tls.js';
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
  readonly advertisedAddresses: AdvertisedAddresses | null;
  readonly protection: Protection;
  /** Asked anew each time it calls a peer. */
  historyClaim(peer: NodeId): HistoryClaim;
}

export interface TcpHandlers extends TransportHandlers {
  /** A peer has called, from wherever it is now. */
  onPeerConnected?(peer: NodeId, addresses: AdvertisedAddresses, claim: HistoryClaim): void;
  /** A peer is called in vain: why, in a sentence. */
  onPeerUnreachable?(reason: string): void;
}

/** A caller that vanishes without a word is noticed 10 s after so long without one. */
const keepAliveDelayMs = 5000;

/** Peers anywhere: a node dials each peer to speak, and listens on its Raft port to hear. */
export class TcpTransport implements Transport {
  readonly #options: TcpTransportOptions;
  readonly #handlers: TcpHandlers;
  readonly #server: Server;
  readonly #links = new Map<NodeId, TcpLink>();
  readonly #pendingHandshakes = new PendingHandshakes();
  /** By the peer that speaks on it. */
  readonly #inboundSockets = new Map<NodeId, Socket>();
  readonly #writer = new ByteWriter();
  #port = 0;

  private constructor(options: TcpTransportOptions, handlers: TcpHandlers) {
    this.#options = options;
    this.#handlers = handlers;
    const socketOptions = {
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: keepAliveDelayMs,
    };
    this.#server = createServer(options.protection.tls, socketOptions, (socket) =>
      this.#accept(socket),
    );
    // Before TLS, if there is any: a handshake is of a stranger too.
    this.#server.on('connection', (socket) => this.#pendingHandshakes.add(socket));
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
      onUnreachable: (reason) =>
        this.#handlers.onPeerUnreachable?.(`calls ${peer} in vain: ${reason}`),
    });
    this.#links.set(peer, link);
  }

  /** Says its hello once more, on another connection. */
  reconnect(peer: NodeId, address: Address): void {
    this.#links.get(peer)?.close();
    this.#links.delete(peer);
    this.link(peer, address);
  }

  #helloTo(to: NodeId): Hello {
    const { clusterId, id: from, advertisedAddresses } = this.#options;
    const claim = () => this.#options.historyClaim(to);
    return {
      ...{ clusterId, from, to, advertisedAddresses },
      get isBlank() {
        return claim().isBlank;
      },
      get isAwaitingClaim() {
        return claim().isAwaitingClaim;
      },
    };
  }

  /** A peer that has left is spoken to for as long as it listens, but not looked for any more. */
  stopRedialing(peer: NodeId): void {
    this.#links.get(peer)?.stopRedialing();
  }

  send(messages: readonly Message[]): void {
    for (const [peer, group] of groupByPeer(messages)) {
      this.#links.get(peer)?.send(takeFrames(this.#writer, group));
    }
  }

  async close(): Promise<void> {
    for (const link of this.#links.values()) link.close();
    for (const socket of this.#inboundSockets.values()) socket.destroy();
    this.#pendingHandshakes.destroyAll();
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }

  #accept(socket: Socket): void {
    const { id, clusterId, protection } = this.#options;
    new TcpInboundConnection(
      socket,
      { id, clusterId, secret: protection.secret },
      {
        onAdmitted: (hello) => this.#admit(socket, hello),
        onFrame: (frame, from) => this.#receiveFrame(frame, from),
      },
    );
  }

  #receiveFrame(frame: Uint8Array, from: NodeId): void {
    for (const message of readMessages(new ByteReader(frame), from, this.#options.id)) {
      this.#handlers.onMessage(message);
    }
  }

  /** A peer that calls anew has lost its last connection, whether we have noticed or not. */
  #admit(
    socket: Socket,
    { from, advertisedAddresses, isBlank, isAwaitingClaim }: ReceivedHello,
  ): void {
    this.#pendingHandshakes.release(socket);
    this.#inboundSockets.get(from)?.destroy();
    this.#inboundSockets.set(from, socket);
    socket.once('close', () => {
      if (this.#inboundSockets.get(from) === socket) this.#inboundSockets.delete(from);
    });
    if (advertisedAddresses)
      this.#handlers.onPeerConnected?.(from, advertisedAddresses, {
        isBlank,
        isAwaitingClaim,
      });
  }
}
