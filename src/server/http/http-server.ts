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
  /** Zero: any free port. */
  readonly port: number;
  readonly replica: Replica;
  /** Gives a request to the replica; it is answered later. */
  submit(request: NodeRequest): void;
  /** Of this node, as it stands now. */
  status(): NodeStatus;
}

interface HttpLimits {
  /** Further ones are hung up on. */
  readonly connectionsMax: number;
  /** Requests of one connection without an answer; a connection that sends more is cut off. */
  readonly pipelineMax: number;
  /** Of the request line with its headers, and so of a key. */
  readonly headerBytesMax: number;
  /** Of all bodies on their way in together; a body that has no room is refused. */
  readonly bodiesBytesMax: number;
  /** Until the headers are in, and until the whole request is. */
  readonly headersMsMax: number;
  readonly requestMsMax: number;
  /** Senders that are late are looked for so often. */
  readonly timeoutCheckIntervalMs: number;
  /** Between two requests of a connection. */
  readonly idleMsMax: number;
  /** A client that takes nothing of its answer for so long is cut off. */
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

/** The requests of one connection that have no answer yet. */
interface Pipeline {
  last: Promise<void>;
  length: number;
}

/** The port where the clients of raftd and of goraft's kvapi come in. */
export class HttpServer {
  /** Where the members serve HTTP; this node itself included. */
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
    // One that asks before it sends its body: it is told to go on when the body is read.
    this.#server.on('checkContinue', receive);
    this.#shutdown = new ServerShutdown(this.#server);
  }

  /** @throws {LetoError} as `listen` does */
  async listen(): Promise<number> {
    const { settings, port: wanted } = this.#options;
    const { id, httpHost: host, portFlags } = settings;
    const port = await listen(this.#server, { host, port: wanted, flag: portFlags.http });
    this.addresses.set(id, { host: this.#advertisedHost, port });
    return port;
  }

  /** Nobody new comes in; those who are in are still answered. */
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

  /** What a connection sends in a pipeline happens one after the other, as it was sent. */
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

  /** Nothing is begun for a client that has hung up, and nothing is said to it. */
  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { socket } = incoming;
    if (socket.destroyed) return;
    const answer = await this.#answer(incoming, response);
    if (!answer || socket.destroyed) return;
    incoming.resume();
    response.setTimeout(this.#limits.stallMsMax);
    await sendAnswer(response, answer);
  }

  /** Null where the client hangs up before it has said everything. */
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
    const spec = assertPresent(findCommand(name), 'HTTP speaks a command that there is not');
    const client: RequestClient = { lastWriteIndex: beforeLog, readMode };
    // The next request comes after this answer, so there is nothing to proceed with.
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

  /** By which clients reach it, and so what may stand in Host. */
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
