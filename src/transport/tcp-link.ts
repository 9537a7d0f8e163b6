/**
 * The link from this node to one peer: it dials, and dials again whenever the connection ends. One
 * connection is in tcp-outbound-connection.ts.
 */

import type { Address } from '../control/index.js';
import type { Hello } from './tcp-hello.js';
import { TcpOutboundConnection } from './tcp-outbound-connection.js';
import type { Protection } from './tls.js';

const backoffMsMin = 20;
const backoffMsMax = 1000;

interface LinkHandlers {
  /** Called when an open connection has ended. */
  onLost(): void;
  /** Called with the reason why the peer cannot be reached; a lasting reason is reported once. */
  onUnreachable(reason: string): void;
}

/** Sends messages to one peer, and keeps dialling it until the link is closed. */
export class TcpLink {
  readonly #hello: Hello;
  readonly #protection: Protection;
  readonly #handlers: LinkHandlers;
  /** Where the peer may be; each attempt takes the next one, and begins with the newest. */
  #addresses: readonly Address[];
  #attempts = 0;
  #connection: TcpOutboundConnection | null = null;
  #redialTimer: NodeJS.Timeout | null = null;
  #backoffMs = backoffMsMin;
  #lastReason: string | null = null;
  #reportedReason: string | null = null;
  #isClosed = false;
  #isRedialStopped = false;

  constructor(
    hello: Hello,
    addresses: readonly Address[],
    protection: Protection,
    handlers: LinkHandlers,
  ) {
    this.#hello = hello;
    this.#addresses = addresses;
    this.#protection = protection;
    this.#handlers = handlers;
    this.#dial();
  }

  /** Dials at once, because the peer has restarted, perhaps at another address. */
  redirect(addresses: readonly Address[]): void {
    this.#addresses = addresses;
    this.#attempts = 0;
    this.#isRedialStopped = false;
    this.#backoffMs = backoffMsMin;
    if (this.#connection && !this.#connection.isConnecting) return;
    this.#connection?.close();
    if (this.#redialTimer) clearTimeout(this.#redialTimer);
    this.#dial();
  }

  /** True while there is a connection on which messages can be sent. */
  get isOpen(): boolean {
    return this.#connection?.isOpen ?? false;
  }

  /** Keeps the current connection until the peer ends it, and then does not dial again. */
  stopRedialing(): void {
    this.#isRedialStopped = true;
    if (this.#redialTimer) clearTimeout(this.#redialTimer);
  }

  /** Sends payloads, or drops them when there is no connection or its queue is full. */
  send(payloads: Iterable<Uint8Array>): void {
    const connection = this.#connection;
    if (!connection || connection.isFull) return;
    for (const payload of payloads) connection.send(payload);
  }

  close(): void {
    this.#isClosed = true;
    if (this.#redialTimer) clearTimeout(this.#redialTimer);
    this.#connection?.close();
  }

  #dial(): void {
    this.#redialTimer = null;
    const address = this.#addresses[this.#attempts % this.#addresses.length];
    if (!address) return;
    this.#attempts += 1;
    const isCurrent = (): boolean => this.#connection === connection && !this.#isClosed;
    const connection: TcpOutboundConnection = new TcpOutboundConnection(
      this.#hello,
      address,
      this.#protection,
      {
        onLost: (lastedMs) => isCurrent() && this.#handleLost(lastedMs),
        onClose: (reason) => isCurrent() && this.#handleClosed(reason),
      },
    );
    this.#connection = connection;
  }

  /** Resets the backoff only after a connection that lasted: a short one may have been refused. */
  #handleLost(lastedMs: number): void {
    if (lastedMs >= backoffMsMax) {
      this.#backoffMs = backoffMsMin;
      this.#reportedReason = null;
      this.#attempts = 0;
    }
    this.#handlers.onLost();
  }

  #handleClosed(reason: string | null): void {
    this.#connection = null;
    this.#maybeReportUnreachable(reason);
    if (!this.#isRedialStopped) this.#dialLater();
  }

  /** Reports a reason only when it repeats, since a peer that shuts down may seem to refuse. */
  #maybeReportUnreachable(reason: string | null): void {
    const isRepeated = reason === this.#lastReason;
    this.#lastReason = reason;
    if (reason === null || !isRepeated || reason === this.#reportedReason) return;
    this.#reportedReason = reason;
    this.#handlers.onUnreachable(reason);
  }

  /** The delay has jitter, so that nodes that start together do not keep dialling in step. */
  #dialLater(): void {
    const delayMs = this.#backoffMs * (0.5 + Math.random() / 2);
    this.#backoffMs = Math.min(this.#backoffMs * 2, backoffMsMax);
    this.#redialTimer = setTimeout(() => this.#dial(), delayMs);
  }
}
