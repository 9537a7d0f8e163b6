import type { Address } from '../control/index.js';
import { TcpCall } from './tcp-call.js';
import type { Hello } from './tcp-hello.js';
import type { Protection } from './tls.js';

const backoffMsMin = 20;
const backoffMsMax = 1000;

interface LinkHandlers {
  /** A connection that was open is gone. */
  onLost(): void;
  /** Why the peer is called in vain: once, until a connection has lasted or the reason changes. */
  onVain(reason: string): void;
}

/** The way by which a node speaks to one peer; it dials again until it is let go. */
export class TcpLink {
  readonly #hello: Hello;
  readonly #protection: Protection;
  readonly #handlers: LinkHandlers;
  #address: Address;
  #call: TcpCall | null = null;
  #redial: NodeJS.Timeout | null = null;
  #backoffMs = backoffMsMin;
  #lastReason: string | null = null;
  #toldReason: string | null = null;
  #isClosed = false;
  #isLetGo = false;

  constructor(hello: Hello, address: Address, protection: Protection, handlers: LinkHandlers) {
    this.#hello = hello;
    this.#address = address;
    this.#protection = protection;
    this.#handlers = handlers;
    this.#dial();
  }

  /** The peer has started again, perhaps elsewhere: dial at once. */
  redirect(address: Address): void {
    this.#address = address;
    this.#isLetGo = false;
    this.#backoffMs = backoffMsMin;
    if (this.#call && !this.#call.isConnecting) return;
    this.#call?.close();
    if (this.#redial) clearTimeout(this.#redial);
    this.#dial();
  }

  /** The connection lasts for as long as the peer likes, and is not made again. */
  letGo(): void {
    this.#isLetGo = true;
    if (this.#redial) clearTimeout(this.#redial);
  }

  /** Lost where there is no connection, or too much waits for a slow peer. */
  send(payloads: Iterable<Uint8Array>): void {
    const call = this.#call;
    if (!call || call.isFull) return;
    for (const payload of payloads) call.send(payload);
  }

  close(): void {
    this.#isClosed = true;
    if (this.#redial) clearTimeout(this.#redial);
    this.#call?.close();
  }

  #dial(): void {
    this.#redial = null;
    const isCurrent = (): boolean => this.#call === call && !this.#isClosed;
    const call: TcpCall = new TcpCall(this.#hello, this.#address, this.#protection, {
      onLost: (lastedMs) => isCurrent() && this.#lose(lastedMs),
      onClose: (reason) => isCurrent() && this.#hangUp(reason),
    });
    this.#call = call;
  }

  /** A connection that does not last may be refused by what listens there: do not hurry. */
  #lose(lastedMs: number): void {
    if (lastedMs >= backoffMsMax) {
      this.#backoffMs = backoffMsMin;
      this.#toldReason = null;
    }
    this.#handlers.onLost();
  }

  #hangUp(reason: string | null): void {
    this.#call = null;
    this.#maybeTell(reason);
    if (!this.#isLetGo) this.#dialLater();
  }

  /** A peer that ends just now may look like one that refuses: it is sure the second time. */
  #maybeTell(reason: string | null): void {
    const isSure = reason === this.#lastReason;
    this.#lastReason = reason;
    if (reason === null || !isSure || reason === this.#toldReason) return;
    this.#toldReason = reason;
    this.#handlers.onVain(reason);
  }

  /** With jitter, so that nodes that start together do not stay in step. */
  #dialLater(): void {
    const delayMs = this.#backoffMs * (0.5 + Math.random() / 2);
    this.#backoffMs = Math.min(this.#backoffMs * 2, backoffMsMax);
    this.#redial = setTimeout(() => this.#dial(), delayMs);
  }
}
