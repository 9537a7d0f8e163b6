import type { Socket } from 'node:net';
import { type ByteString, LetoError } from '../base/index.js';
import type { Address, TlsSettings } from '../control/index.js';
import { errorReply, type Reply, type SessionSerial } from '../kv/index.js';
import { encodeRequest, ReplyDecoder } from '../resp/index.js';
import { dial, onceReady } from '../transport/index.js';

/** A command that no leader was found for by then is refused. */
const leaderWaitMsMax = 5000;
/** After so long without a reply we look whether the one that was asked still leads. */
const replyMsMax = 5000;
/** While no leader is known or reached, or a reply is overdue, we look again so often. */
const pollIntervalMs = 20;

const noLeader = errorReply('CLUSTERDOWN no leader');
const uncertain = errorReply(
  'UNCERTAIN the connection to the leader broke: the write may or may not happen',
);

export interface ProxyContext {
  /** Where the leader serves clients, if one is known now. */
  leaderAddress(): Address | null;
  readonly password: string | null;
  readonly tls: TlsSettings | null;
}

/** A command of a client, and the way to answer it. */
export interface ProxiedCommand {
  readonly words: readonly ByteString[];
  /** Done twice it is as done once. */
  readonly isRepeatable: boolean;
  readonly session: SessionSerial | null;
  settle(reply: Reply): void;
}

interface QueuedCommand {
  readonly proxied: ProxiedCommand;
  readonly deadlineMs: number;
}

/**
 * Carries the commands of one connection to the leader and its replies back, one after the other: a
 * command is sent only when the fate of the one before it is known, so that none overtakes another
 * that has to be sent again. It is sent again only if it is sure not to have happened, or repeatable.
 * Nothing is forwarded twice, so nothing goes round in circles.
 */
export class LeaderProxy {
  readonly #context: ProxyContext;
  readonly #queue: QueuedCommand[] = [];
  #upstream: Upstream | null = null;
  /** When the first of the queue was sent; null while it is not on its way. */
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

  /** A leader that hangs keeps its connections; that another leads shows that it may never reply. */
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
  /** Not called after `close`. */
  onClose(): void;
}

/** A connection to the leader as a client of its own. */
class Upstream {
  readonly #address: Address;
  readonly #socket: Socket;
  readonly #handlers: UpstreamHandlers;
  readonly #decoder = new ReplyDecoder();
  /** Replies to what opens the connection, or precedes a command; they are for nobody. */
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
      const opening = ['raft', 'session', session.id, `${session.serial}`];
      this.#socket.write(encodeRequest(opening), 'latin1');
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

  /** What answers there may be another program by now. */
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
