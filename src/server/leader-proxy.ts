/**
 * Forwards the commands of one connection to the leader, one at a time, over a connection of its
 * own. LeaderRoutes decides which commands share a proxy.
 */

import type { Socket } from 'node:net';
import { type ByteString, LetoError } from '../base/index.js';
import type { Address, TlsSettings } from '../control/index.js';
import { errorReply, type Reply, type SessionSerial } from '../kv/index.js';
import { encodeRequest, ReplyDecoder } from '../resp/index.js';
import { dial, onceReady } from '../transport/index.js';

/** How long a command waits for a leader before it is refused. */
const leaderWaitMsMax = 5000;
/** How long to wait for a reply before checking whether that node still leads. */
const replyMsMax = 5000;
/** The interval of checks while no leader is known or reached, or while a reply is overdue. */
const pollIntervalMs = 20;

const noLeader = errorReply('CLUSTERDOWN no leader');
const uncertain = errorReply(
  'UNCERTAIN the connection to the leader was lost: the write may or may not happen',
);

export interface ProxyContext {
  /** Returns the address at which the leader serves clients; null while no leader is known. */
  leaderAddress(): Address | null;
  readonly password: string | null;
  readonly tls: TlsSettings | null;
}

/** A client's command with the callback for its reply. */
export interface ProxiedCommand {
  readonly words: readonly ByteString[];
  /** True when running the command twice has the same effect as running it once. */
  readonly isRepeatable: boolean;
  readonly session: SessionSerial | null;
  settle(reply: Reply): void;
}

interface QueuedCommand {
  readonly proxied: ProxiedCommand;
  readonly deadlineMs: number;
}

/**
 * A command is sent only when the outcome of the one before it is known, so that it cannot overtake
 * a command that must be sent again. A command is sent again only if it certainly did not happen or
 * is repeatable. The leader is told not to forward, so that commands cannot go round in circles.
 */
export class LeaderProxy {
  readonly #context: ProxyContext;
  readonly #queue: QueuedCommand[] = [];
  #upstream: Upstream | null = null;
  /** The time at which the first command in the queue was sent; null while it is not sent. */
  #sentAtMs: number | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(context: ProxyContext) {
    this.#context = context;
  }

  get isBusy(): boolean {
    return this.#queue.length > 0;
  }

  forward(proxied: ProxiedCommand): void {
    this.#queue.push({ proxied, deadlineMs: performance.now() + leaderWaitMsMax });
    this.#proceed();
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#queue.length = 0;
    this.#upstream?.close();
  }

  #proceed(): void {
    const [first] = this.#queue;
    if (!first || this.#sentAtMs !== null) return;
    if (first.deadlineMs <= performance.now()) {
      this.#settle(noLeader);
      return;
    }
    this.#upstream ??= this.#connect();
    if (this.#upstream?.isOpen) {
      this.#sentAtMs = performance.now();
      this.#upstream.send(first.proxied);
      this.#pollLater(replyMsMax);
    } else {
      this.#pollLater(pollIntervalMs);
    }
  }

  #pollLater(delayMs: number): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#poll(), delayMs);
  }

  /**
   * Gives up on an overdue reply only when another node leads: a leader that hangs keeps its
   * connections open, so only a new leader shows that the reply may never come.
   */
  #poll(): void {
    this.#timer = null;
    if (this.#sentAtMs === null) {
      this.#proceed();
      return;
    }
    const isOverdue = performance.now() - this.#sentAtMs >= replyMsMax;
    if (isOverdue && !this.#upstream?.isAt(this.#context.leaderAddress())) {
      this.#upstream?.close();
      this.#handleUpstreamClosed();
    } else {
      this.#pollLater(pollIntervalMs);
    }
  }

  #connect(): Upstream | null {
    const address = this.#context.leaderAddress();
    if (!address) return null;
    return new Upstream(address, this.#context, {
      onOpen: () => this.#proceed(),
      onReply: (reply) => this.#receive(reply),
      onClose: () => this.#handleUpstreamClosed(),
    });
  }

  #receive(reply: Reply): void {
    if (reply.type !== 'error' || !reply.text.startsWith('not leader')) {
      this.#settle(reply);
      return;
    }
    this.#upstream?.close();
    this.#upstream = null;
    this.#sentAtMs = null;
    this.#pollLater(pollIntervalMs);
  }

  #handleUpstreamClosed(): void {
    this.#upstream = null;
    if (this.#sentAtMs !== null && !this.#queue[0]?.proxied.isRepeatable) {
      this.#settle(uncertain);
      return;
    }
    this.#sentAtMs = null;
    if (this.isBusy) this.#pollLater(pollIntervalMs);
  }

  #settle(reply: Reply): void {
    this.#sentAtMs = null;
    this.#queue.shift()?.proxied.settle(reply);
    this.#proceed();
  }
}

interface UpstreamHandlers {
  onOpen(): void;
  onReply(reply: Reply): void;
  /** Called when the connection closes, but not after a call of `close`. */
  onClose(): void;
}

/** A connection to the leader, as an ordinary client. */
class Upstream {
  readonly #address: Address;
  readonly #socket: Socket;
  readonly #handlers: UpstreamHandlers;
  readonly #decoder = new ReplyDecoder();
  /** The number of expected replies to greetings and sessions, which no client waits for. */
  #repliesToDrop: number;
  #isClosed = false;
  isOpen = false;

  constructor(address: Address, { password, tls }: ProxyContext, handlers: UpstreamHandlers) {
    const greetings = [['raft', 'follower', 'error']];
    if (password !== null) greetings.unshift(['auth', Buffer.from(password).toString('latin1')]);
    this.#repliesToDrop = greetings.length;
    this.#address = address;
    this.#handlers = handlers;
    this.#socket = dial(address, tls);
    this.#socket.on('data', (chunk) => this.#read(chunk));
    this.#socket.on('error', () => {});
    onceReady(this.#socket, () => {
      this.isOpen = true;
      for (const greeting of greetings) this.#socket.write(encodeRequest(greeting), 'latin1');
      handlers.onOpen();
    });
    this.#socket.once('close', () => {
      if (!this.#isClosed) handlers.onClose();
    });
  }

  isAt(address: Address | null): boolean {
    return address?.host === this.#address.host && address.port === this.#address.port;
  }

  send({ words, session }: ProxiedCommand): void {
    if (session) {
      const setSession = ['raft', 'session', session.id, `${session.serial}`];
      this.#socket.write(encodeRequest(setSession), 'latin1');
      this.#repliesToDrop += 1;
    }
    this.#socket.write(encodeRequest(words), 'latin1');
  }

  close(): void {
    this.#isClosed = true;
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    for (const reply of this.#decode(chunk)) {
      if (this.#isClosed) return;
      if (this.#repliesToDrop > 0) this.#repliesToDrop -= 1;
      else this.#handlers.onReply(reply);
    }
  }

  /** Closes the connection on invalid bytes: another program may have taken over the port. */
  #decode(chunk: Buffer): readonly Reply[] {
    try {
      return this.#decoder.decode(chunk);
    } catch (error) {
      if (!(error instanceof LetoError)) throw error;
      this.#socket.destroy();
      return [];
    }
  }
}
