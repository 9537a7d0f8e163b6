import { createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { RequestDecoder, requestLimits } from '../../src/resp/index.js';
import { listen } from '../../src/transport/index.js';
import { Changes } from '../transport/changes.js';

/** A server that a proxy takes for the leader; the test writes its answers. */
export class FakeLeader {
  /** The received commands, each as a line, without the greetings of the proxies. */
  readonly commands: string[] = [];
  readonly greetings: string[] = [];
  readonly sockets = new Set<Socket>();
  port = 0;
  readonly #changes = new Changes();
  #latest: Socket | null = null;

  static async start(t: TestContext): Promise<FakeLeader> {
    const leader = new FakeLeader();
    const server = createServer((socket) => leader.#accept(socket));
    leader.port = await listen(server, { host: '127.0.0.1', port: 0, flag: '--port' });
    t.after(() => {
      leader.hangUp();
      server.close();
    });
    return leader;
  }

  get address() {
    return { host: '127.0.0.1', port: this.port };
  }

  /** Resolves when `count` commands have arrived since the start. */
  async received(count: number): Promise<void> {
    await this.#changes.until(() => this.commands.length >= count);
  }

  async connections(count: number): Promise<void> {
    await this.#changes.until(() => this.sockets.size === count);
  }

  /** Answers the latest command. */
  answer(bytes: string): void {
    this.#latest?.write(bytes, 'latin1');
  }

  /** Closes all connections without an answer. */
  hangUp(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  #accept(socket: Socket): void {
    const decoder = new RequestDecoder(requestLimits);
    this.sockets.add(socket);
    this.#changes.happened();
    socket.on('error', () => {});
    socket.once('close', () => {
      this.sockets.delete(socket);
      this.#changes.happened();
    });
    socket.on('data', (chunk) => {
      for (const request of decoder.decode(chunk).requests) this.#receive(socket, request);
      this.#changes.happened();
    });
  }

  #receive(socket: Socket, request: readonly string[]): void {
    const [name = ''] = request;
    if (name === 'auth' || name === 'raft') {
      this.greetings.push(request.join(' '));
      socket.write('+OK\r\n');
      return;
    }
    this.#latest = socket;
    this.commands.push(request.join(' '));
  }
}
