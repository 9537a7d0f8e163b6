import { connect, type Socket } from 'node:net';
import type { NodeId } from '../raft/index.js';
import { frameHeader } from './tcp-frames.js';
import { encodeHello, type Hello, type PeerAddress } from './tcp-hello.js';

/** Bytes that wait for a slow peer; beyond, messages are lost, as on any network. */
const queueBytesMax = 64 * 1024 * 1024;
const backoffMsMin = 20;
const backoffMsMax = 1000;

/** The connection by which a node speaks to one peer; it dials again until it is let go. */
export class TcpLink {
  readonly #hello: Hello;
  readonly #onLost: (peer: NodeId) => void;
  #address: PeerAddress;
  #socket: Socket | null = null;
  #redial: NodeJS.Timeout | null = null;
  #backoffMs = backoffMsMin;
  #isClosed = false;
  #isLetGo = false;

  constructor(hello: Hello, address: PeerAddress, onLost: (peer: NodeId) => void) {
    this.#hello = hello;
    this.#address = address;
    this.#onLost = onLost;
    this.#dial();
  }

  /** The peer has started again, perhaps elsewhere: dial at once. */
  redirect(address: PeerAddress): void {
    this.#address = address;
    this.#isLetGo = false;
    this.#backoffMs = backoffMsMin;
    if (this.#socket && !this.#socket.connecting) return;
    this.#socket?.destroy();
    if (this.#redial) clearTimeout(this.#redial);
    this.#dial();
  }

  /** The connection lasts for as long as the peer likes, and is not made again. */
  letGo(): void {
    this.#isLetGo = true;
    if (this.#redial) clearTimeout(this.#redial);
  }

  /** False where messages are lost: there is no connection, or too much waits for a slow peer. */
  get isOpen(): boolean {
    return this.#socket !== null && this.#socket.writableLength <= queueBytesMax;
  }

  send(payload: Uint8Array): void {
    const socket = this.#socket;
    if (!socket) return;
    socket.cork();
    socket.write(frameHeader(payload));
    socket.write(payload);
    socket.uncork();
  }

  close(): void {
    this.#isClosed = true;
    if (this.#redial) clearTimeout(this.#redial);
    this.#socket?.destroy();
  }

  #dial(): void {
    this.#redial = null;
    const socket = connect({ ...this.#address, noDelay: true, keepAlive: true });
    this.#socket = socket;
    let connectedAtMs: number | null = null;
    socket.once('connect', () => {
      connectedAtMs = performance.now();
    });
    // A peer says nothing here; what something else says must not keep its farewell from us.
    socket.resume();
    socket.on('error', () => {});
    socket.once('close', () => {
      if (this.#socket !== socket) return;
      this.#socket = null;
      if (this.#isClosed) return;
      if (connectedAtMs !== null) this.#lose(performance.now() - connectedAtMs);
      if (!this.#isLetGo) this.#dialLater();
    });
    this.send(encodeHello(this.#hello));
  }

  /** A connection that does not last may be refused by what listens there: do not hurry. */
  #lose(lastedMs: number): void {
    if (lastedMs >= backoffMsMax) this.#backoffMs = backoffMsMin;
    this.#onLost(this.#hello.to);
  }

  /** With jitter, so that nodes that start together do not stay in step. */
  #dialLater(): void {
    const delayMs = this.#backoffMs * (0.5 + Math.random() / 2);
    this.#backoffMs = Math.min(this.#backoffMs * 2, backoffMsMax);
    this.#redial = setTimeout(() => this.#dial(), delayMs);
  }
}
