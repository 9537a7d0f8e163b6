/** A server that reacts to Redis commands as a test decides. */

import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { Address } from '../../src/control/index.js';
import type { Reply } from '../../src/kv/index.js';
import { encodeReply, RequestDecoder, requestLimits } from '../../src/resp/index.js';

/** How a fake node reacts to a command; garbage is not valid RESP. */
export type Reaction = Reply | 'silence' | 'hang up' | 'garbage';

/** Listens on a free port of the loopback address, and records every command. */
export class FakeNode {
  readonly commands: string[][] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(react: (args: string[]) => Reaction) {
    this.#server = createServer((socket) => this.#serve(socket, react));
  }

  static async listen(react: (args: string[]) => Reaction): Promise<FakeNode> {
    const node = new FakeNode(react);
    node.#server.listen(0, '127.0.0.1');
    await once(node.#server, 'listening');
    return node;
  }

  get address(): Address {
    const { port } = this.#server.address() as { readonly port: number };
    return { host: '127.0.0.1', port };
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #serve(socket: Socket, react: (args: string[]) => Reaction): void {
    const decoder = new RequestDecoder(requestLimits);
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('data', (chunk) => {
      for (const args of decoder.decode(chunk).requests) {
        this.commands.push([...args]);
        act(socket, react([...args]));
      }
    });
  }
}

function act(socket: Socket, reaction: Reaction): void {
  if (reaction === 'hang up') socket.destroy();
  else if (reaction === 'garbage') socket.write('HTTP/1.1 400\r\n');
  else if (reaction !== 'silence') socket.write(encodeReply(reaction, 2), 'latin1');
}

/** Returns an address at which no server listens. */
export async function deadAddress(): Promise<Address> {
  const node = await FakeNode.listen(() => 'silence');
  const { address } = node;
  await node.close();
  return address;
}
