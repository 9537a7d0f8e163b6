import type { Address } from '../control/index.js';
import type { Hello } from './tcp-hello.js';
import { TcpOutboundConnection } from './tcp-outbound-connection.js';
import type { Protection } from './tls.js';

const backoffMsMin = 20;
const backoffMsMax = 1000;

interface LinkHandlers {
  /** A connection that was open is gone. */
  onLost(): void;
  /** Why the peer is called in vain: once, until a connection has lasted or the reason changes. */
  onUnreachable(reason: string): void;
}

/** The way by which a node speaks to one peer; it dials again until it is let go. */
export class TcpLink {
  readonly #hello: Hello;
  readonly #protection: Protection;
  readonly #handlers: LinkHandlers;
  #address: Address;
  #connection: TcpOutboundConnection | null = null;
  #redialTimer: NodeJS.Timeout | null = null;
  #backoffMs = backoffMsMin;
  #lastReason: string | null = null;
  #reportedReason: string | null = null;
  #isClosed = false;
  #isRedialStopped = false;

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
    this.#isRedialStopped = false;
    this.#backoffMs = backoffMsMin;
    if (this.#connection && !this.#connection.isConnecting) return;
    this.#connection?.close();
    if (this.#redialTimer) clearTimeout(this.#redialTimer);
    this.#dial();
  }

  /** The connection lasts for as long as the peer likes, and is not made again. */
  stopRedialing(): void {
    this.#isRedialStopped = true;
    if (this.#redialTimer) clearTimeout(this.#redialTimer);
  }

  /** Lost where there is no connection, or too much waits for a slow peer. */
  send(payloads: Iterable<Uint8Array>): void {
    const call = this.#connection;
    if (!call || call.isFull) return;
    for (const payload of payloads) call.send(payload);
  }

  close(): void {
    this.#isClosed = true;
    if (this.#redialTimer) clearTimeout(this.#redialTimer);
    this.#connection?.close();
  }

  #dial(): void {
    this.#redialTimer = null;
    const isCurrent = (): boolean => this.#connection === call && !this.#isClosed;
    const call: TcpOutboundConnection = new TcpOutboundConnection(
      this.#hello,
      this.#address,
      this.#protection,
      {
        onLost: (lastedMs) => isCurrent() && this.#handleLost(lastedMs),
        onClose: (reason) => isCurrent() && this.#handleClosed(reason),
      },
    );
    this.#connection = call;
  }

  /** A connection that does not last may be refused by what listens there: do not hurry. */
  #handleLost(lastedMs: number): void {
    if (lastedMs >= backoffMsMax) {
      this.#backoffMs = backoffMsMin;
      this.#reportedReason = null;
    }
    this.#handlers.onLost();
  }

  #handleClosed(reason: string | null): void {
    this.#connection = null;
    this.#maybeReportUnreachable(reason);
    if (!this.#isRedialStopped) this.#dialLater();
  }

  /** A peer that ends just now may look like one that refuses: it is sure the second time. */
  #maybeReportUnreachable(reason: string | null): void {
    const isSure = reason === this.#lastReason;
    this.#lastReason = reason;
    if (reason === null || !isSure || reason === this.#reportedReason) return;
    this.#reportedReason = reason;
    this.#handlers.onUnreachable(reason);
  }

  /** With jitter, so that nodes that start together do not stay in step. */
  #dialLater(): void {
    const delayMs = this.#backoffMs * (0.5 + Math.random() / 2);
    this.#backoffMs = Math.min(this.#backoffMs * 2, backoffMsMax);
    this.#redialTimer = setTimeout(() => this.#dial(), delayMs);
  }
}
