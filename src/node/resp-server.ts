import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { Address, NodeSettings } from '../control/index.js';
import type { NodeId } from '../raft/index.js';
import type { Answer, Replica } from '../replica/index.js';
import { listen } from '../transport/index.js';
import { Connection, type ConnectionHandlers, PendingCommand } from './connection.js';
import { dispatch } from './dispatch.js';
import { type Counters, knownLeader, type NodeContext } from './node-context.js';
import { replyTo } from './outcome-reply.js';
import { clientsMax } from './server-limits.js';

export interface RespServerOptions {
  readonly settings: NodeSettings;
  readonly replica: Replica;
  /** Gives a command to the replica; its answer comes back by `answer`. */
  submit(command: PendingCommand): void;
  warn(reason: string): void;
}

/** The port where Redis clients come in. */
export class RespServer implements NodeContext, ConnectionHandlers {
  readonly settings: NodeSettings;
  readonly replica: Replica;
  readonly addresses = new Map<NodeId, Address>();
  readonly connections = new Set<Connection>();
  readonly startedAtMs = Date.now();
  readonly counters: Counters = {
    connectionsReceived: 0,
    connectionsRejected: 0,
    commandsProcessed: 0,
  };
  readonly #options: RespServerOptions;
  readonly #server: Server;

  constructor(options: RespServerOptions) {
    this.#options = options;
    this.settings = options.settings;
    this.replica = options.replica;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) =>
      this.#welcome(socket),
    );
  }

  /** @throws {LetoError} as `listen` does */
  async listen(): Promise<number> {
    const { host, respPort, id } = this.settings;
    const port = await listen(this.#server, { host, port: respPort, flag: '--port' });
    this.addresses.set(id, { host, port });
    return port;
  }

  /** Answers go to their connections, and each connection then writes once. */
  answer(answers: readonly Answer[]): void {
    const touched = new Set<Connection>();
    for (const { request, outcome } of answers) {
      if (!(request instanceof PendingCommand)) continue;
      request.reply = replyTo(outcome, () => this.#redirection(request));
      touched.add(request.client);
    }
    for (const connection of touched) connection.proceed();
  }

  #redirection({ command: { spec, args } }: PendingCommand) {
    const key = spec.keys ? (args[spec.keys.first - 1] ?? null) : null;
    return { follower: this.settings.follower, leader: knownLeader(this), key };
  }

  async close(): Promise<void> {
    for (const { socket } of this.connections) socket.destroy();
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }

  onRequest(connection: Connection, request: readonly string[]): void {
    this.counters.commandsProcessed += 1;
    connection.lastActiveMs = Date.now();
    dispatch(this, connection, request, this.#options.submit);
  }

  onAttack({ socket }: Connection): void {
    const from = socket.remoteAddress ?? 'an unknown address';
    this.#options.warn(`HTTP from ${from} on the RESP port: cut off, as it may be an attack`);
    socket.destroy();
  }

  onClose(connection: Connection): void {
    this.connections.delete(connection);
  }

  #welcome(socket: Socket): void {
    this.counters.connectionsReceived += 1;
    if (this.connections.size >= clientsMax) {
      this.counters.connectionsRejected += 1;
      socket.on('error', () => {});
      socket.end('-ERR max number of clients reached\r\n');
      return;
    }
    const { reads, password } = this.settings;
    const id = this.counters.connectionsReceived;
    const isAuthenticated = password === null;
    this.connections.add(new Connection(id, socket, Date.now(), reads, isAuthenticated, this));
  }
}
