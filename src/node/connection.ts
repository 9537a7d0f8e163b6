import type { Socket } from 'node:net';
import type { ByteString } from '../base/bytes.js';
import type { FollowerMode, NodeSettings } from '../control/index.js';
import { type Command, error, findCommand, type Reply, type SessionSerial } from '../kv/index.js';
import { beforeLog, type LogIndex } from '../raft/index.js';
import type { Outcome, ReadMode } from '../replica/index.js';
import {
  encodeReply,
  type RawRequest,
  RequestDecoder,
  requestLimits,
  unauthenticatedLimits,
} from '../resp/index.js';
import { sayFarewell } from './farewell.js';
import type { LeaderProxy, ProxiedCommand } from './leader-proxy.js';
import type { NodeClient, NodeRequest } from './node-request.js';

/** Commands of one connection whose answers are owed; the socket is not read beyond. */
const pipelineMax = 1024;
/** Bytes of their arguments; a single larger command still goes, alone. */
const pipelineBytesMax = 8 * 1024 * 1024;
/** Answers are gathered up to about this size before they are written. */
const writeBytesMax = 64 * 1024;

export type Protocol = 2 | 3;

/** A place in the order of answers; `reply` is null until it is known. */
interface Slot {
  readonly reply: Reply | null;
  /** What was spoken when the request came in. */
  readonly protocol: Protocol;
  readonly requestBytes: number;
}

/** The place of a command that the replica answers. */
export class PendingCommand implements NodeRequest, Slot, ProxiedCommand {
  readonly protocol: Protocol;
  readonly requestBytes: number;
  readonly #refusalsBefore: number;
  #reply: Reply | null = null;

  constructor(
    readonly command: Command,
    readonly client: Connection,
    readonly session: SessionSerial | null,
  ) {
    this.protocol = client.protocol;
    this.requestBytes = command.args.reduce((sum, arg) => sum + arg.length, 0);
    this.#refusalsBefore = client.refusals;
  }

  /** A command sent before it goes to the leader only now, so it may have been read too early. */
  get isOvertaken(): boolean {
    return this.#refusalsBefore !== this.client.refusals;
  }

  get reply(): Reply | null {
    return this.#reply;
  }

  answered(outcome: Outcome): void {
    this.client.answered(this, outcome);
  }

  get words(): readonly ByteString[] {
    return [this.command.spec.name, ...this.command.args];
  }

  get isRepeatable(): boolean {
    return this.command.spec.kind === 'read';
  }

  resolve(reply: Reply): void {
    this.#reply = reply;
    if (this.command.spec.kind === 'read') this.client.readsPending -= 1;
  }

  settle(reply: Reply): void {
    this.resolve(reply);
    this.client.proceed();
  }
}

/** The place of an answer that comes later, and not from the replica's commands. */
export class PendingReply implements Slot {
  readonly protocol: Protocol;
  readonly requestBytes = 0;
  readonly #client: Connection;
  #reply: Reply | null = null;

  constructor(client: Connection) {
    this.#client = client;
    this.protocol = client.protocol;
    client.awaitReply(this);
  }

  get reply(): Reply | null {
    return this.#reply;
  }

  settle(reply: Reply): void {
    this.#reply = reply;
    this.#client.proceed();
  }
}

export interface ConnectionHandlers {
  /** Gives the connection one `answer` or one `await` before it returns. */
  onRequest(connection: Connection, request: RawRequest): void;
  /** Resolves the command, or has it carried to the leader. */
  onOutcome(command: PendingCommand, outcome: Outcome): void;
  /** A web page made a browser send this (`POST`, `Host:`); nothing of it is run. */
  onAttack(connection: Connection): void;
  onClose(connection: Connection): void;
}

/**
 * One client. Its requests come in pipelines, and the answers leave in the order of the requests,
 * whatever the order in which they become known. What a client is slow to read waits as references
 * to values, not as copies of them.
 */
export class Connection implements NodeClient {
  lastWriteIndex: LogIndex = beforeLog;
  readMode: ReadMode;
  followerMode: FollowerMode;
  isAuthenticated: boolean;
  /** Made when the first command has to be carried to the leader. */
  proxy: LeaderProxy | null = null;
  /** The same for orders, which the commands behind them do not wait for. */
  orderProxy: LeaderProxy | null = null;
  protocol: Protocol = 2;
  name = '';
  libName = '';
  libVersion = '';
  lastCommand = '';
  /** A write waits for them: otherwise they might see it, though they were sent before. */
  readsPending = 0;
  /** Of the next command alone (6.3). */
  session: SessionSerial | null = null;
  /** Commands that this node has refused and the proxy carries, since the connection began. */
  refusals = 0;
  lastActiveMs: number;
  readonly #handlers: ConnectionHandlers;
  readonly #decoder: RequestDecoder;
  readonly #requests: RawRequest[] = [];
  readonly #slots: Slot[] = [];
  #slotBytes = 0;
  #protocolError: string | null = null;
  /** The client has sent all that it wants to. */
  #hasEnded = false;
  /** The slots are the last: close when they are answered. */
  #isClosing = false;
  #isTurnDue = false;

  constructor(
    readonly id: number,
    readonly socket: Socket,
    readonly openedAtMs: number,
    settings: Pick<NodeSettings, 'reads' | 'follower' | 'password'>,
    handlers: ConnectionHandlers,
  ) {
    this.readMode = settings.reads;
    this.followerMode = settings.follower;
    this.isAuthenticated = settings.password === null;
    this.lastActiveMs = openedAtMs;
    this.#handlers = handlers;
    this.#decoder = new RequestDecoder(
      this.isAuthenticated ? requestLimits : unauthenticatedLimits,
    );
    socket.on('data', (chunk) => this.#read(chunk));
    socket.on('drain', () => this.proceed());
    socket.on('end', () => {
      this.#hasEnded = true;
      this.proceed();
    });
    socket.on('error', () => {});
    socket.once('close', () => handlers.onClose(this));
  }

  /** What was too large for a stranger is read again by the limits of a friend. */
  authenticate(): void {
    this.isAuthenticated = true;
    this.#decoder.limits = requestLimits;
    this.#decode(Buffer.alloc(0));
  }

  answer(reply: Reply): void {
    this.#slots.push({ reply, protocol: this.protocol, requestBytes: 0 });
  }

  /** The answer comes later: the command is resolved, then `proceed` called. */
  await(command: PendingCommand): void {
    if (command.command.spec.kind === 'read') this.readsPending += 1;
    this.#slotBytes += command.requestBytes;
    this.#slots.push(command);
  }

  answered(command: PendingCommand, outcome: Outcome): void {
    if (!this.socket.destroyed) this.#handlers.onOutcome(command, outcome);
  }

  awaitReply(slot: PendingReply): void {
    this.#slots.push(slot);
  }

  takeSession(): SessionSerial | null {
    const { session } = this;
    this.session = null;
    return session;
  }

  /** After the answers that are owed: nothing more is read. */
  closeSoon(): void {
    this.#isClosing = true;
    this.#requests.length = 0;
    this.#protocolError = null;
  }

  /** Writes the answers that are known, and goes on with the requests that were waiting. */
  proceed(): void {
    if (this.socket.destroyed) return;
    this.#write();
    while (this.#mayTakeRequest()) {
      this.#handlers.onRequest(this, this.#requests.shift() as RawRequest);
    }
    if (this.#requests.length === 0) this.#maybeCloseSoon();
    this.#write();
    if (this.#requests.length > 0) this.socket.pause();
    else if (this.socket.isPaused()) this.socket.resume();
    if (this.#mayTakeRequest()) this.#proceedSoon();
  }

  /** What a long pipeline still holds is taken in the next turn: others have theirs between. */
  #proceedSoon(): void {
    if (this.#isTurnDue) return;
    this.#isTurnDue = true;
    setImmediate(() => {
      this.#isTurnDue = false;
      this.proceed();
    });
  }

  #read(chunk: Buffer): void {
    if (this.#isClosing) return;
    this.#decode(chunk);
    this.proceed();
  }

  #decode(chunk: Buffer): void {
    const { requests, error: protocolError, isAttack } = this.#decoder.decode(chunk);
    for (const request of requests) this.#requests.push(request);
    this.#protocolError = protocolError;
    if (isAttack) this.#handlers.onAttack(this);
  }

  #maybeCloseSoon(): void {
    if (this.#protocolError !== null) this.answer(error(this.#protocolError));
    if (this.#protocolError !== null || this.#hasEnded) this.closeSoon();
  }

  #mayTakeRequest(): boolean {
    const [next] = this.#requests;
    if (!next || this.#isClosing) return false;
    if (this.readsPending > 0 && findCommand(next[0] ?? '')?.kind === 'write') return false;
    const isFull = this.#slots.length >= pipelineMax || this.#slotBytes >= pipelineBytesMax;
    return !isFull && !this.socket.writableNeedDrain;
  }

  #write(): void {
    let text = '';
    while (this.#slots[0]?.reply && !this.socket.writableNeedDrain) {
      text += encodeReply(this.#slots[0].reply, this.#slots[0].protocol);
      this.#slotBytes -= this.#slots[0].requestBytes;
      this.#slots.shift();
      if (text.length < writeBytesMax) continue;
      this.socket.write(text, 'latin1');
      text = '';
    }
    if (text !== '') this.socket.write(text, 'latin1');
    if (this.#isClosing && this.#slots.length === 0) sayFarewell(this.socket);
  }
}
