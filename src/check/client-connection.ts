/** A Redis client connection to one node, with one pipeline in flight at a time. */

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { assert, assertPresent, type ByteString } from '../base/index.js';
import type { Address } from '../control/index.js';
import { encodeRequest, ReplyDecoder } from '../resp/index.js';

export type RespReply = ReturnType<ReplyDecoder['decode']>[number];

/** A pipeline in flight, and the replies so far. */
interface Pipeline {
  readonly length: number;
  readonly replies: RespReply[];
  readonly resolve: (replies: readonly RespReply[]) => void;
  readonly reject: (error: Error) => void;
}

/** Where a node serves clients. With `tls` the connection uses TLS. */
interface Endpoint extends Address {
  readonly tls?: ConnectionOptions | null;
}

export class ClientConnection {
  readonly #socket: Socket;
  readonly #decoder = new ReplyDecoder();
  #pipeline: Pipeline | null = null;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => this.#handleData(chunk));
    socket.on('error', () => {});
    socket.on('close', () => this.#pipeline?.reject(new Error('the connection closed')));
  }

  /**
   * Connects to a node, and rejects when that fails. The connection closes by itself when it is
   * silent for `replyTimeoutMs`, or when the signal aborts.
   */
  static async open(
    { host, port, tls }: Endpoint,
    replyTimeoutMs: number,
    signal?: AbortSignal,
  ): Promise<ClientConnection> {
    const options = { host, port, noDelay: true, ...(signal ? { signal } : {}) };
    const socket = tls ? connectTls({ ...tls, ...options }) : connect(options);
    socket.setTimeout(replyTimeoutMs, () =>
      socket.destroy(new Error(`no reply within ${replyTimeoutMs / 1000} s`)),
    );
    await once(socket, tls ? 'secureConnect' : 'connect');
    return new ClientConnection(socket);
  }

  get isOpen(): boolean {
    return this.#socket.readyState === 'open';
  }

  /** Sends one command; see `askAll`. */
  async ask(args: readonly ByteString[]): Promise<RespReply> {
    const [reply] = await this.askAll([args]);
    return assertPresent(reply, 'each command has a reply');
  }

  /**
   * Sends at least one command as a pipeline, and resolves with the replies; an error reply is a
   * reply. Rejects when the connection closes or times out: the commands may have taken effect.
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
      // The peer does not speak RESP.
      this.#socket.destroy();
    }
  }

  #handleReply(reply: RespReply): void {
    const pipeline = this.#pipeline;
    // After an unrequested reply, no reply can be matched to its command.
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
