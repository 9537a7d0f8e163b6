/**
 * The HTTP port of a node, for the clients of raftd and of goraft's kvapi. Routes are parsed in
 * http-routes.ts, answers are made in http-answer.ts.
 */

import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { isIPv6, type Socket } from 'node:net';
import { assertPresent, type ByteString, unreachable } from '../../base/index.js';
import type { Address, NodeSettings, NodeStatus } from '../../control/index.js';
import { findCommand } from '../../kv/index.js';
import { beforeLog, type NodeId, type ReadMode } from '../../raft/index.js';
import type { Outcome, Replica, RequestClient } from '../../replica/index.js';
import { listen, toTlsServerOptions } from '../../transport/index.js';
import { leaderWithAddress } from '../node-context.js';
import type { NodeRequest, RequestOrigin } from '../node-request.js';
import { ServerShutdown } from '../server-shutdown.js';
import {
  type HttpAnswer,
  leaderWithoutHttpAnswer,
  noLeaderAnswer,
  notLeaderAnswer,
  sendAnswer,
  statusAnswer,
  textAnswer,
  toHttpAnswer,
} from './http-answer.js';
import { HttpBodies } from './http-bodies.js';
import { type HttpScheme, refuseForeign, refuseUnauthenticated } from './http-guard.js';
import { findRoute, type HttpRoute } from './http-routes.js';

interface HttpServerOptions {
  readonly settings: Pick<
    NodeSettings,
    'id' | 'httpHost' | 'portFlags' | 'advertised' | 'reads' | 'password' | 'tls'
  >;
  /** The port to listen on; 0 takes any free port. */
  readonly port: number;
  readonly replica: Replica;
  /** Submits a request to the replica, which answers it later. */
  submit(request: NodeRequest): void;
  /** Returns the present status of this node. */
  status(): NodeStatus;
}

interface HttpLimits {
  /** The number of connections; further ones are closed. */
  readonly connectionsMax: number;
  /** The number of unanswered requests on one connection; a connection with more is closed. */
  readonly pipelineMax: number;
  /** The size of the request line and headers, which also limits a key. */
  readonly headerBytesMax: number;
  /** The size of all incoming bodies together; a body beyond it is refused. */
  readonly bodiesBytesMax: number;
  /** The time in which all headers must arrive. */
  readonly headersMsMax: number;
  /** The time in which the whole request must arrive. */
  readonly requestMsMax: number;
  /** The interval at which these two times are checked. */
  readonly timeoutCheckIntervalMs: number;
  /** The time that a connection may be idle between two requests. */
  readonly idleMsMax: number;
  /** The time in which a client must read some of its answer, or its connection is closed. */
  readonly stallMsMax: number;
}

export const httpLimits: HttpLimits = {
  connectionsMax: 1000,
  pipelineMax: 128,
  headerBytesMax: 64 * 1024,
  bodiesBytesMax: 256 * 1024 * 1024,
  headersMsMax: 10_000,
  requestMsMax: 60_000,
  timeoutCheckIntervalMs: 1000,
  idleMsMax: 30_000,
  stallMsMax: 30_000,
};

/** The unanswered requests of one connection. */
interface Pipeline {
  last: Promise<void>;
  length: number;
}

export class HttpServer {
  /** The addresses at which the members, including this node, serve HTTP. */
  readonly addresses = new Map<NodeId, Address>();
  readonly #options: HttpServerOptions;
  readonly #limits: HttpLimits;
  readonly #server: Server;
  readonly #shutdown: ServerShutdown;
  readonly #bodies: HttpBodies;
  readonly #pipelines = new WeakMap<Socket, Pipeline>();

  constructor(options: HttpServerOptions, limits = httpLimits) {
    this.#options = options;
    this.#limits = limits;
    this.#bodies = new HttpBodies(limits.bodiesBytesMax);
    this.#server = createHttpServer(options.settings, {
      maxHeaderSize: limits.headerBytesMax,
      headersTimeout: limits.headersMsMax,
      requestTimeout: limits.requestMsMax,
      connectionsCheckingInterval: limits.timeoutCheckIntervalMs,
      keepAliveTimeout: limits.idleMsMax,
    });
    this.#server.maxConnections = limits.connectionsMax;
    const receive = (incoming: IncomingMessage, response: ServerResponse) =>
      this.#receive(incoming, response);
    this.#server.on('request', receive);
    // A client that sends Expect: 100-continue gets its 100 only when its body is wanted.
    this.#server.on('checkContinue', receive);
    this.#shutdown = new ServerShutdown(this.#server);
  }

  /**
   * Opens the port and returns it.
   * @throws {LetoError} as `listen` in `transport` does
   */
  async listen(): Promise<number> {
    const { settings, port: wanted } = this.#options;
    const { id, httpHost: host, portFlags } = settings;
    const port = await listen(this.#server, { host, port: wanted, flag: portFlags.http });
    this.addresses.set(id, { host: this.#advertisedHost, port });
    return port;
  }

  /** Accepts no new connections; the open ones are still served. */
  stopListening(): void {
    this.#shutdown.begin();
  }

  untilClientsLeave(): Promise<void> {
    return this.#shutdown.untilClientsLeave();
  }

  async close(): Promise<void> {
    this.#shutdown.begin();
    this.#server.closeAllConnections();
    await this.#shutdown.done();
  }

  /** Serves the pipelined requests of a connection one after another, in their order. */
  #receive(incoming: IncomingMessage, response: ServerResponse): void {
    const { socket } = incoming;
    const pipeline = this.#pipelines.get(socket) ?? { last: Promise.resolve(), length: 0 };
    this.#pipelines.set(socket, pipeline);
    pipeline.length += 1;
    if (pipeline.length > this.#limits.pipelineMax) socket.destroy();
    pipeline.last = pipeline.last.then(async () => {
      await this.#serve(incoming, response);
      pipeline.length -= 1;
    });
  }

  /** Does nothing for a client that has disconnected. */
  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { socket } = incoming;
    if (socket.destroyed) return;
    const answer = await this.#answer(incoming, response);
    if (!answer || socket.destroyed) return;
    incoming.resume();
    response.setTimeout(this.#limits.stallMsMax);
    await sendAnswer(response, answer);
  }

  /** Resolves with null when the client disconnects before the end of its request. */
  async #answer(incoming: IncomingMessage, response: ServerResponse): Promise<HttpAnswer | null> {
    const { method = '', url = '', headers } = incoming;
    const { httpHost, password } = this.#options.settings;
    const route = findRoute(method, url);
    const refusal =
      refuseForeign(headers, [httpHost, this.#advertisedHost], this.#scheme) ??
      (route.type === 'healthz' ? null : refuseUnauthenticated(headers, password));
    if (refusal) return refusal;
    if (route.type !== 'set' || route.value !== null) return this.#runRoute(route, url);
    if (!this.#raft.leadership) return this.#notLeader(this.#raft.leaderId, url);
    if (headers.expect !== undefined) response.writeContinue();
    try {
      const body = await this.#bodies.read(incoming);
      return typeof body === 'string' ? this.#runRoute({ ...route, value: body }, url) : body;
    } catch (error) {
      if (incoming.socket.destroyed) return null;
      throw error;
    }
  }

  async #runRoute(route: HttpRoute, url: string): Promise<HttpAnswer> {
    switch (route.type) {
      case 'get': {
        const readMode = route.isRelaxed ? 'local' : this.#options.settings.reads;
        return this.#runCommand('get', [route.key], url, readMode);
      }
      case 'set':
        return this.#runCommand('set', [route.key, route.value ?? ''], url);
      case 'delete':
        return this.#runCommand('del', [route.key], url);
      case 'status':
        return statusAnswer(this.#options.status());
      case 'healthz':
        return this.#raft.leaderId === null ? unhealthy : healthy;
      case 'none':
        return route.answer;
      default:
        return unreachable(route);
    }
  }

  async #runCommand(
    name: string,
    args: readonly ByteString[],
    url: string,
    readMode: ReadMode = this.#options.settings.reads,
  ): Promise<HttpAnswer> {
    const outcome = await this.#submit(name, args, readMode);
    return outcome.type === 'notLeader'
      ? this.#notLeader(outcome.leader, url)
      : toHttpAnswer(outcome);
  }

  #submit(name: string, args: readonly ByteString[], readMode: ReadMode): Promise<Outcome> {
    const spec = assertPresent(findCommand(name), `there is no command ${name}`);
    const client: RequestClient = { lastWriteIndex: beforeLog, readMode };
    // The next request is taken after this answer, so there is nothing to do here.
    const origin: RequestOrigin = { proceed: () => {} };
    return new Promise((resolve) => {
      const command = { spec, args };
      this.#options.submit({ command, client, origin, session: null, handleOutcome: resolve });
    });
  }

  #notLeader(leaderId: NodeId | null, url: string): HttpAnswer {
    const { settings } = this.#options;
    const leader = leaderWithAddress(leaderId, this.addresses);
    if (leader) return notLeaderAnswer(urlAt(this.#scheme, leader.address, url));
    return leaderId === null
      ? noLeaderAnswer
      : leaderWithoutHttpAnswer(leaderId, settings.portFlags.http);
  }

  get #scheme(): HttpScheme {
    return this.#options.settings.tls ? 'https' : 'http';
  }

  /** The host at which clients reach this node, and so an allowed Host header. */
  get #advertisedHost(): string {
    const { httpHost, advertised } = this.#options.settings;
    return advertised?.httpHost ?? httpHost;
  }

  get #raft() {
    return this.#options.replica.raftState;
  }
}

function createHttpServer({ tls }: Pick<NodeSettings, 'tls'>, options: ServerOptions): Server {
  return tls ? createTlsServer({ ...options, ...toTlsServerOptions(tls) }) : createServer(options);
}

const healthy = textAnswer(200, 'ok');
const unhealthy = textAnswer(503, 'no leader');

function urlAt(scheme: HttpScheme, { host, port }: Address, path: string): string {
  return `${scheme}://${isIPv6(host) ? `[${host}]` : host}:${port}${path}`;
}
