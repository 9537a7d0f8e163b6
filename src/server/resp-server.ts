/**
 * The RESP port of a node, for Redis clients. Bytes are handled by Connection and commands by
 * dispatch.ts. This file manages the connections and forwards commands to the leader.
 */

import type { Server, Socket } from 'node:net';
import type { Address, NodeSettings } from '../control/index.js';
import type { NodeId } from '../raft/index.js';
import type { Outcome, Replica } from '../replica/index.js';
import { createServer, listen } from '../transport/index.js';
import { ClientState } from './client-state.js';
import { Connection, type ConnectionHandlers } from './connection.js';
import { ConnectionTurns } from './connection-turns.js';
import { admit, descriptorOf, readDescriptorsMax } from './descriptors.js';
import { dispatch } from './dispatch.js';
import { endThenDestroy } from './end-then-destroy.js';
import { LeaderRoutes } from './leader-routes.js';
import { type NodeObserver, toCommandActivity } from './node-activity.js';
import {
  type Counters,
  knownLeader,
  leaderWithAddress,
  type NodeAdminRequest,
  type NodeContext,
} from './node-context.js';
import { replyTo } from './outcome-reply.js';
import type { PendingCommand } from './pending-command.js';
import { clientsMax, handshakesMax } from './server-limits.js';
import { ServerShutdown } from './server-shutdown.js';

interface RespServerOptions {
  readonly settings: NodeSettings;
  readonly replica: Replica;
  /** Submits a command to the replica, which answers it later. */
  submit(command: PendingCommand): void;
  admin(request: NodeAdminRequest): void;
  warn(reason: string): void;
  readonly observer?: NodeObserver;
}

/** The first byte that a TLS client sends; no command begins with it. */
const tlsHandshakeByte = 0x16;

/** The interval between warnings; repeated attacks of a web page would push out other events. */
const warningIntervalMs = 60_000;

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
  readonly #startedMs = performance.now();
  readonly #server: Server;
  readonly #shutdown: ServerShutdown;
  readonly #turns = new ConnectionTurns(() => performance.now());
  readonly #descriptorsMax = readDescriptorsMax();
  #nextWarningMs = 0;

  constructor(options: RespServerOptions) {
    this.#options = options;
    this.settings = options.settings;
    this.replica = options.replica;
    const socketOptions = { allowHalfOpen: true, noDelay: true };
    this.#server = createServer(this.settings.tls, socketOptions, (socket) => this.#accept(socket));
    this.#server.maxConnections = clientsMax + handshakesMax;
    this.#shutdown = new ServerShutdown(this.#server);
  }

  get uptimeMs(): number {
    return performance.now() - this.#startedMs;
  }

  /**
   * Opens the port and returns it.
   * @throws {LetoError} as `listen` in `transport` does
   */
  async listen(): Promise<number> {
    const { host, respPort, id, portFlags, advertised } = this.settings;
    const port = await listen(this.#server, { host, port: respPort, flag: portFlags.resp });
    this.addresses.set(id, { host: advertised?.respHost ?? host, port });
    return port;
  }

  admin(request: NodeAdminRequest): void {
    this.#options.admin(request);
  }

  onOutcome(command: PendingCommand, outcome: Outcome): void {
    if (!this.#isForLeader(command, outcome)) {
      command.resolve(replyTo(outcome, (leader) => this.#redirection(command, leader)));
      return;
    }
    command.origin.routes.forwardRefused(command);
  }

  /**
   * Returns true when the leader must run the command: because this node does not lead, or because
   * an earlier command was forwarded meanwhile and this read has to see its effect.
   */
  #isForLeader({ client, command, isOvertaken }: PendingCommand, { type }: Outcome): boolean {
    if (client.followerMode !== 'proxy') return false;
    return type === 'notLeader' || (isOvertaken && command.spec.kind === 'read');
  }

  /** Submits a command here, or forwards it behind an earlier forwarded one, to keep the order. */
  #submit(command: PendingCommand): void {
    const { routes } = command.origin;
    if (routes.isBusy) routes.forward(command);
    else this.#options.submit(command);
  }

  #newRoutes(): LeaderRoutes {
    const { password, tls } = this.settings;
    const leaderAddress = () => knownLeader(this)?.address ?? null;
    return new LeaderRoutes({ leaderAddress, password, tls });
  }

  #redirection({ client, command: { spec, args } }: PendingCommand, leaderId: NodeId | null) {
    const key = spec.keys ? (args[spec.keys.first - 1] ?? null) : null;
    const leader = leaderWithAddress(leaderId, this.addresses);
    return { follower: client.followerMode, leader, key };
  }

  /** Accepts no new connections; the open ones are still served. */
  stopListening(): void {
    this.#shutdown.begin();
  }

  untilClientsLeave(): Promise<void> {
    return this.#shutdown.untilClientsLeave();
  }

  async close(): Promise<void> {
    for (const { socket } of this.connections) socket.destroy();
    await this.#shutdown.done();
  }

  onRequest(connection: Connection, request: readonly string[]): void {
    this.counters.commandsProcessed += 1;
    connection.client.lastActiveMs = Date.now();
    const { observer } = this.#options;
    if (observer?.wantsCommands) observer.observe(toCommandActivity(connection.client.id, request));
    dispatch(this, connection, request, (command) => this.#submit(command));
  }

  onAttack({ socket }: Connection): void {
    const from = socket.remoteAddress ?? 'an unknown address';
    socket.destroy();
    const nowMs = performance.now();
    if (nowMs < this.#nextWarningMs) return;
    this.#nextWarningMs = nowMs + warningIntervalMs;
    this.#options.warn(`closed a connection from ${from}: HTTP on the RESP port may be an attack`);
  }

  onClose(connection: Connection): void {
    this.connections.delete(connection);
    connection.routes.close();
    this.#options.observer?.observe({ type: 'clientDisconnected', client: connection.client.id });
  }

  #refuse(socket: Socket, atOnce: boolean): void {
    this.counters.connectionsRejected += 1;
    socket.on('error', () => {});
    socket.write('-ERR max number of clients reached\r\n');
    if (atOnce) socket.destroy();
    else endThenDestroy(socket);
  }

  #accept(socket: Socket): void {
    this.counters.connectionsReceived += 1;
    const admission = admit(descriptorOf(socket), this.#descriptorsMax);
    if (admission !== 'accept' || this.connections.size >= clientsMax) {
      this.#refuse(socket, admission === 'hangUp');
      return;
    }
    if (!this.settings.tls) socket.once('data', (chunk) => hangUpOnTls(socket, chunk));
    const id = this.counters.connectionsReceived;
    const client = new ClientState(id, Date.now(), this.settings);
    this.connections.add(new Connection(socket, client, this.#newRoutes(), this, this.#turns));
    this.#options.observer?.observe({
      type: 'clientConnected',
      client: id,
      from: addressOf(socket),
    });
  }
}

/** Closes the connection of a TLS client, which could not understand a plain error reply. */
function hangUpOnTls(socket: Socket, [first]: Buffer): void {
  if (first === tlsHandshakeByte) socket.destroy();
}

function addressOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress}:${remotePort}`;
}
