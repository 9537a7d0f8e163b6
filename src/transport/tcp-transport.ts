import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { LetoError } from '../base/errors.js';
import { ByteReader, ByteWriter } from '../codec/index.js';
import type { Message, NodeId } from '../raft/index.js';
import { listen } from './listen.js';
import { FrameDecoder, frameBytesMax } from './tcp-frames.js';
import {
  checkHello,
  type Hello,
  helloBytesMax,
  type PeerAddress,
  type Standing,
  type Whereabouts,
} from './tcp-hello.js';
import { TcpLink } from './tcp-link.js';
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
  /** Asked anew each time it calls a peer. */
  standing(peer: NodeId): Standing;
}

export interface TcpHandlers extends TransportHandlers {
  /** A peer has called, from wherever it is now. */
  onPeerMet?(peer: NodeId, whereabouts: Whereabouts, standing: Standing): void;
}

/** A connection that has not said who it is by then is cut off. */
const helloTimeoutMs = 5000;
/** Connections that have not said who they are; beyond, the oldest is cut off. */
const strangersMax = 64;

/** Peers anywhere: a node dials each peer to speak, and listens on its Raft port to hear. */
export class TcpTransport implements Transport {
  readonly #options: TcpTransportOptions;
  readonly #handlers: TcpHandlers;
  readonly #server: Server;
  readonly #links = new Map<NodeId, TcpLink>();
  /** Oldest first, each with the timer that cuts it off. */
  readonly #strangers = new Map<Socket, NodeJS.Timeout>();
  /** By the peer that speaks on it. */
  readonly #callers = new Map<NodeId, Socket>();
  readonly #writer = new ByteWriter();
  #port = 0;

  private constructor(options: TcpTransportOptions, handlers: TcpHandlers) {
    this.#options = options;
    this.#handlers = handlers;
    this.#server = createServer({ noDelay: true }, (socket) => this.#welcome(socket));
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

  link(peer: NodeId, address: PeerAddress): void {
    const existing = this.#links.get(peer);
    if (existing) {
      existing.redirect(address);
      return;
    }
    const hello = this.#helloTo(peer);
    const link = new TcpLink(hello, address, (lost) => this.#handlers.onPeerLost(lost));
    this.#links.set(peer, link);
  }

  /** Says its hello once more, on another connection. */
  callAgain(peer: NodeId, address: PeerAddress): void {
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
      const link = this.#links.get(peer);
      if (!link?.isOpen) continue;
      for (const frame of takeFrames(this.#writer, group)) link.send(frame);
    }
  }

  async close(): Promise<void> {
    for (const link of this.#links.values()) link.close();
    for (const socket of [...this.#strangers.keys(), ...this.#callers.values()]) socket.destroy();
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }

  #welcome(socket: Socket): void {
    socket.on('error', () => {});
    this.#strangers.set(
      socket,
      setTimeout(() => socket.destroy(), helloTimeoutMs),
    );
    socket.once('close', () => this.#forgetStranger(socket));
    const [oldest] = this.#strangers.keys();
    if (this.#strangers.size > strangersMax) oldest?.destroy();
    const decoder = new FrameDecoder(helloBytesMax);
    let caller: NodeId | null = null;
    socket.on('data', (chunk) => {
      try {
        for (const frame of decoder.decode(chunk)) {
          caller = this.#hear(socket, caller, frame);
          decoder.payloadBytesMax = frameBytesMax;
        }
      } catch (error) {
        if (!(error instanceof LetoError) || !isFaultOfCaller(error)) throw error;
        socket.destroy();
      }
    });
  }

  /** The first frame says who calls, and all others are messages from there. */
  #hear(socket: Socket, caller: NodeId | null, frame: Uint8Array): NodeId {
    const { clusterId, id } = this.#options;
    if (caller === null) {
      const { from, whereabouts, isBlank, isAsking } = checkHello(frame, clusterId, id);
      this.#admit(socket, from);
      if (whereabouts) this.#handlers.onPeerMet?.(from, whereabouts, { isBlank, isAsking });
      return from;
    }
    for (const message of readMessages(new ByteReader(frame), caller, id)) {
      this.#handlers.onMessage(message);
    }
    return caller;
  }

  #forgetStranger(socket: Socket): void {
    clearTimeout(this.#strangers.get(socket));
    this.#strangers.delete(socket);
  }

  /** A peer that calls anew has lost its last connection, whether we have noticed or not. */
  #admit(socket: Socket, caller: NodeId): void {
    this.#forgetStranger(socket);
    this.#callers.get(caller)?.destroy();
    this.#callers.set(caller, socket);
    socket.once('close', () => {
      if (this.#callers.get(caller) === socket) this.#callers.delete(caller);
    });
  }
}

function isFaultOfCaller({ code }: LetoError): boolean {
  return code === 'LETO_DATA_DAMAGED' || code === 'LETO_DATA_FOREIGN';
}
