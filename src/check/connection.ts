import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { ByteString } from '../base/bytes.js';
import type { Address } from '../control/index.js';
import { encodeRequest, ReplyDecoder } from '../resp/index.js';

export type Reply = ReturnType<ReplyDecoder['decode']>[number];

interface Question {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
}

/** A connection to one node that asks one question at a time, and breaks when it waits too long. */
export class Connection {
  readonly #socket: Socket;
  readonly #decoder = new ReplyDecoder();
  #question: Question | null = null;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => this.#read(chunk));
    socket.on('error', () => {});
    socket.on('close', () => this.#question?.reject(new Error('the connection broke')));
  }

  /** Rejects where nobody listens, or does not answer for `patienceMs`. */
  static async open({ host, port }: Address, patienceMs: number): Promise<Connection> {
    const socket = connect({ host, port, noDelay: true });
    socket.setTimeout(patienceMs, () => socket.destroy(new Error('no answer in time')));
    await once(socket, 'connect');
    return new Connection(socket);
  }

  get isOpen(): boolean {
    return this.#socket.readyState === 'open';
  }

  /** Rejects when the connection breaks, or is silent too long: what was asked may have happened. */
  ask(args: readonly ByteString[]): Promise<Reply> {
    return new Promise((resolve, reject) => {
      this.#question = { resolve, reject };
      this.#socket.write(encodeRequest(args), 'latin1');
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    try {
      for (const reply of this.#decoder.decode(chunk)) this.#answer(reply);
    } catch {
      // What is no RESP is no answer.
      this.#socket.destroy();
    }
  }

  #answer(reply: Reply): void {
    // Nobody knows any more which answer belongs to what.
    if (this.#question === null) this.#socket.destroy();
    this.#question?.resolve(reply);
    this.#question = null;
  }
}
