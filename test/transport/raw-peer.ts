/** The bytes of a dialling node, and a bare client of a Raft port that sends what a test wants. */

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { ByteWriter } from '../../src/codec/index.js';
import type { AppendEntries, Entry, Message } from '../../src/raft/index.js';
import { frameHeader } from '../../src/transport/tcp-frames.js';
import { encodeHello, type Hello } from '../../src/transport/tcp-hello.js';
import { writeMessage } from '../../src/transport/wire.js';
import { receiver, sender } from './messages.js';
import { atWork, clusterId, host } from './tcp-network.js';

/** Returns the frame of a payload. */
export function framed(payload: Uint8Array): Buffer {
  return Buffer.concat([frameHeader(payload), payload]);
}

/** Returns the frame of a valid hello from `sender` to `receiver`, with changes. */
export function helloFrame(hello: Partial<Hello> = {}, nonce: Buffer | null = null): Buffer {
  const usual = { clusterId, from: sender, to: receiver, advertisedAddresses: null, ...atWork };
  return framed(encodeHello({ ...usual, ...hello }, nonce));
}

/** Returns the payload of one message. `data`, if given, replaces the data of its entry. */
export function frameOf(message: Message, data?: string): Uint8Array {
  const writer = new ByteWriter();
  writeMessage(writer, data === undefined ? message : withData(message, data));
  return writer.take();
}

function withData(message: Message, data: string): AppendEntries {
  const append = message as AppendEntries;
  return { ...append, entries: [{ ...(append.entries[0] as Entry), data }] };
}

/** A bare connection to a Raft port. */
export class Caller {
  readonly socket: Socket;
  readonly #closed: Promise<unknown>;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('error', () => {});
    socket.resume();
    this.#closed = new Promise((resolve) => socket.once('close', resolve));
  }

  static async connect(t: TestContext, port: number, localAddress = host): Promise<Caller> {
    const socket = connect({ host, port, noDelay: true, localAddress });
    const caller = new Caller(socket);
    t.after(() => socket.destroy());
    await once(socket, 'connect');
    return caller;
  }

  say(...pieces: readonly (Uint8Array | string)[]): void {
    for (const piece of pieces) this.socket.write(piece);
  }

  /** Resolves when the connection is closed. */
  async closed(): Promise<void> {
    await this.#closed;
  }
}
