import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { assert } from '../base/assert.js';
import type { Address, NodeSettings } from '../control/index.js';
import type { NodeId } from '../raft/index.js';
import type { Answer, Outcome, Replica } from '../replica/index.js';
import { listen } from '../transport/index.js';
import { Connection, type ConnectionHandlers, PendingCommand } from './connection.js';
import { dispatch } from './dispatch.js';
import { sayFarewell } from './farewell.js';
import { LeaderProxy, type ProxiedCommand } from './leader-proxy.js';
import {
  type Counters,
  knownLeader,
  leaderWithAddress,
  type NodeContext,
  type NodeOrder,
} from './node-context.js';
import { type Onlooker, toCommandSight } from './onlooker.js';
import { replyTo } from './outcome-reply.js';
import { clientsMax } from './server-limits.js';

export interface RespServerOptions {
  readonly settings: NodeSettings;
  readonly replica: Replica;
  /** Gives a command to the replica; its answer comes back by `answer`. */
  submit(command: PendingCommand): void;
  order(request: NodeOrder): void;
  warn(reason: string): void;
  readonly onlooker?: Onlooker;
}

/** So long a node that ends kindly waits for its clients to find the next leader. */
const leaveMsMax = 1000;
/** A web page can attack many times a second: it would push all else out of the events. */
const warningIntervalMs = 60_000;

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
  #nextWarningMs = 0;
  #closed: Promise<unknown> | null = null;

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
    const { host, respPort, id, portFlags, whereabouts } = this.settings;
    const port = await listen(this.#server, { host, port: respPort, flag: portFlags.resp });
    this.addresses.set(id, whereabouts?.resp ?? { host, port });
    return port;
  }

  order(request: NodeOrder): void {
    this.#options.order(request);
  }

  /** Answers go to their connections, and each connection then writes once. */
  answer(answers: readonly Answer[]): void {
    const touched = new Set<Connection>();
    for (const { request, outcome } of answers) {
      assert(request instanceof PendingCommand, 'an answer to what nobody asked');
      const { client } = request;
      if (client.socket.destroyed) continue;
      if (this.#isForLeader(request, outcome)) {
        client.refusals += 1;
        this.#proxyOf(client).forward(request);
        continue;
      }
      request.resolve(replyTo(outcome, (leader) => this.#redirection(request, leader)));
      touched.add(client);
    }
    for (const connection of touched) connection.proceed();
  }

  /** Reads are asked again behind a command that was sent before them and is carried only now. */
  #isForLeader({ client, command, isOvertaken }: PendingCommand, { type }: Outcome): boolean {
    if (client.followerMode !== 'proxy') return false;
    return type === 'notLeader' || (isOvertaken && command.spec.kind === 'read');
  }

  /** Behind a command that is carried to the leader the next go the same way, in order. */
  #submit(command: PendingCommand): void {
    const { proxy } = command.client;
    if (proxy?.isBusy) proxy.forward(command);
    else this.#options.submit(command);
  }

  /** Beside the connection's other commands: they do not wait for it. */
  passToLeader(connection: Connection, proxied: ProxiedCommand): void {
    connection.orderProxy ??= this.#newProxy();
    connection.orderProxy.forward(proxied);
  }

  #proxyOf(connection: Connection): LeaderProxy {
    connection.proxy ??= this.#newProxy();
    return connection.proxy;
  }

  #newProxy(): LeaderProxy {
    const { password } = this.settings;
    const leaderAddress = () => knownLeader(this)?.address ?? null;
    return new LeaderProxy({ leaderAddress, password });
  }

  #redirection({ client, command: { spec, args } }: PendingCommand, leaderId: NodeId | null) {
    const key = spec.keys ? (args[spec.keys.first - 1] ?? null) : null;
    const leader = leaderWithAddress(leaderId, this.addresses);
    return { follower: client.followerMode, leader, key };
  }

  /** Nobody new comes in; those who are in are still answered. */
  stopListening(): void {
    if (this.#closed) return;
    this.#closed = once(this.#server, 'close');
    this.#server.close();
  }

  /** Clients that are told that another leads go there: one that is cut off does not know. */
  async untilClientsLeave(): Promise<void> {
    const timeout = new AbortController();
    const { signal } = timeout;
    await Promise.race([this.#closed, setTimeout(leaveMsMax, null, { signal }).catch(() => {})]);
    timeout.abort();
  }

  async close(): Promise<void> {
    for (const { socket } of this.connections) socket.destroy();
    this.stopListening();
    await this.#closed;
  }

  onRequest(connection: Connection, request: readonly string[]): void {
    this.counters.commandsProcessed += 1;
    connection.lastActiveMs = Date.now();
    this.#options.onlooker?.(toCommandSight(connection.id, request));
    dispatch(this, connection, request, (command) => this.#submit(command));
  }

  onAttack({ socket }: Connection): void {
    const from = socket.remoteAddress ?? 'an unknown address';
    socket.destroy();
    const nowMs = performance.now();
    if (nowMs < this.#nextWarningMs) return;
    this.#nextWarningMs = nowMs + warningIntervalMs;
    this.#options.warn(`HTTP from ${from} on the RESP port: cut off, as it may be an attack`);
  }

  onClose(connection: Connection): void {
    this.connections.delete(connection);
    connection.proxy?.close();
    connection.orderProxy?.close();
    this.#options.onlooker?.({ type: 'clientLeft', client: connection.id });
  }

  #welcome(socket: Socket): void {
    this.counters.connectionsReceived += 1;
    if (this.connections.size >= clientsMax) {
      this.counters.connectionsRejected += 1;
      socket.on('error', () => {});
      socket.write('-ERR max number of clients reached\r\n');
      sayFarewell(socket);
      return;
    }
    const id = this.counters.connectionsReceived;
    this.connections.add(new Connection(id, socket, Date.now(), this.settings, this));
    this.#options.onlooker?.({ type: 'clientCame', client: id, from: addressOf(socket) });
  }
}

function addressOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress}:${remotePort}`;
}
