import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { assert, assertPresent, type ByteString } from '../base/index.js';
import type { Address } from '../control/index.js';
import { encodeRequest, ReplyDecoder } from '../resp/index.js';

export type RespReply = ReturnType<ReplyDecoder['decode']>[number];

/** Commands that were sent together, and the replies so far. */
interface Pipeline {
  readonly length: number;
  readonly replies: RespReply[];
  readonly resolve: (replies: readonly RespReply[]) => void;
  readonly reject: (error: Error) => void;
}

/** Where a node serves clients; `tls` where it does so by TLS. */
interface Endpoint extends Address {
  readonly tls?: ConnectionOptions | null;
}

/** A connection to one node with one pipeline at a time, which breaks when it waits too long. */
export class ClientConnection {
  readonly #socket: Socket;
  readonly #decoder = new ReplyDecoder();
  #pipeline: Pipeline | null = null;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => this.#handleData(chunk));
    socket.on('error', () => {});
    socket.on('close', () => this.#pipeline?.reject(new Error('the connection broke')));
  }

  /** Rejects where nobody listens, or does not answer for `patienceMs`; the signal breaks it. */
  static async open(
    { host, port, tls }: Endpoint,
    replyTimeoutMs: number,
    signal?: AbortSignal,
  ): Promise<ClientConnection> {
    const options = { host, port, noDelay: true, ...(signal ? { signal } : {}) };
    const socket = tls ? connectTls({ ...tls, ...options }) : connect(options);
    socket.setTimeout(replyTimeoutMs, () => socket.destroy(new Error('no answer in time')));
    await once(socket, tls ? 'secureConnect' : 'connect');
    return new ClientConnection(socket);
  }

  get isOpen(): boolean {
    return this.#socket.readyState === 'open';
  }

  /** As `askAll`, of one command. */
  async ask(args: readonly ByteString[]): Promise<RespReply> {
    const [reply] = await this.askAll([args]);
    return assertPresent(reply, 'each command has a reply');
  }

  /**
   * Sends commands together, of which there is at least one, and resolves with their replies.
   * Rejects when the connection breaks, or is silent too long: what was asked may have happened.
   */
  askAll(commands: readonly (readonly ByteString[])[]): Promise<readonly RespReply[]> {
    assert(this.#pipeline === null && commands.length > 0, 'one pipeline at a time');
    return new Promise((resolve, reject) => {
      this.#pipeline = { length: commands.length, replies: [], resolve, reject };
      this.#socket.write(commands.map(encodeRequest).join(''), 'latin1');
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #handleData(chunk: Buffer): void {
    try {
      for (const reply of this.#decoder.decode(chunk)) this.#handleReply(reply);
    } catch {
      // What is no RESP is no answer.
      this.#socket.destroy();
    }
  }

  #handleReply(reply: RespReply): void {
    const pipeline = this.#pipeline;
    // Nobody knows any more which answer belongs to what.
    if (pipeline === null) {
      this.#socket.destroy();
      return;
    }
    pipeline.replies.push(reply);
    if (pipeline.replies.length < pipeline.length) return;
    this.#pipeline = null;
    pipeline.resolve(pipeline.replies);
  }
}
