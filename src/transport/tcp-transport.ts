/**
 * The transport between nodes in separate processes. A node dials each peer to send, and receives
 * on the connections that peers make to its Raft port. For nodes in one process see
 * port-transport.ts.
 */

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
  /** The port, or 0 for any free port. */
  readonly port: number;
  /** The command-line option for the port, which an error suggests to change. */
  readonly flag: string;
  /** The addresses that the node tells its peers; null when a supervisor distributes them. */
  readonly advertisedAddresses: AdvertisedAddresses | null;
  readonly protection: Protection;
  /** Called for each hello, that is, each time the node dials `peer`. */
  historyClaim(peer: NodeId): HistoryClaim;
}

export interface TcpHandlers extends TransportHandlers {
  /** Called when a peer that advertises its addresses has connected to this node. */
  onPeerConnected?(peer: NodeId, addresses: AdvertisedAddresses, claim: HistoryClaim): void;
  /** Called when the connection of such a peer to this node has ended. */
  onPeerDisconnected?(peer: NodeId): void;
  /** Called with the sentence "cannot connect to <peer>: <reason>". */
  onPeerUnreachable?(reason: string): void;
}

/** TCP probes a connection that is silent for this long, and closes it 10 s later. */
const keepAliveDelayMs = 5000;

/** Sends to peers on links of its own, and receives on connections that peers have made. */
export class TcpTransport implements Transport {
  readonly #options: TcpTransportOptions;
  readonly #handlers: TcpHandlers;
  readonly #server: Server;
  readonly #links = new Map<NodeId, TcpLink>();
  readonly #pendingHandshakes = new PendingHandshakes();
  /** The connections that admitted peers have made, by peer. */
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
    // This event comes before the TLS handshake, which is limited too.
    this.#server.on('connection', (socket) => this.#pendingHandshakes.add(socket));
  }

  /** Starts to listen. @throws {LetoError} LETO_PORT_TAKEN or LETO_BAD_OPTION */
  static async listen(options: TcpTransportOptions, handlers: TcpHandlers): Promise<TcpTransport> {
    const transport = new TcpTransport(options, handlers);
    transport.#port = await listen(transport.#server, options);
    return transport;
  }

  get port(): number {
    return this.#port;
  }

  /**
   * Links a peer, or dials it again when its address may have changed. The peer is looked for at
   * each address in turn.
   */
  link(peer: NodeId, ...addresses: readonly [Address, ...Address[]]): void {
    const existing = this.#links.get(peer);
    if (existing) {
      existing.redirect(addresses);
      return;
    }
    const link = new TcpLink(this.#helloTo(peer), addresses, this.#options.protection, {
      onLost: () => this.#handlers.onPeerLost(peer),
      onUnreachable: (reason) =>
        this.#handlers.onPeerUnreachable?.(`cannot connect to ${peer}: ${reason}`),
    });
    this.#links.set(peer, link);
  }

  /** True while messages to the peer can be sent. */
  isLinked(peer: NodeId): boolean {
    return this.#links.get(peer)?.isOpen ?? false;
  }

  /** Replaces the connection to a peer, which sends the peer a new hello. */
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

  /** Keeps the connection to a peer that has left the cluster, but does not dial it again. */
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

  /** Replaces the last connection of the peer, which must be dead even if it seems open here. */
  #admit(
    socket: Socket,
    { from, advertisedAddresses, isBlank, isAwaitingClaim }: ReceivedHello,
  ): void {
    this.#pendingHandshakes.release(socket);
    this.#inboundSockets.get(from)?.destroy();
    this.#inboundSockets.set(from, socket);
    socket.once('close', () => {
      if (this.#inboundSockets.get(from) !== socket) return;
      this.#inboundSockets.delete(from);
      if (advertisedAddresses) this.#handlers.onPeerDisconnected?.(from);
    });
    if (advertisedAddresses)
      this.#handlers.onPeerConnected?.(from, advertisedAddresses, {
        isBlank,
        isAwaitingClaim,
      });
  }
}
