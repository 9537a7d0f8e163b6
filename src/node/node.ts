import { performance } from 'node:perf_hooks';
import type { MessagePort } from 'node:worker_threads';
import { present } from '../base/assert.js';
import { Prng } from '../base/prng.js';
import {
  type FromNode,
  type NodePorts,
  type NodeSettings,
  type NodeStatus,
  type ToNode,
  toNodeStatus,
} from '../control/index.js';
import {
  beforeLog,
  bestSuccessor,
  defaultRaftOptions,
  noTerm,
  type OrderOutcome,
  type Persist,
  type RaftEvent,
} from '../raft/index.js';
import { type OrderAnswer, Replica, type ReplicaOptions } from '../replica/index.js';
import type { DiskClient } from '../storage/index.js';
import {
  FaultyTransport,
  PortTransport,
  type Standing,
  type TcpHandlers,
  TcpTransport,
  type Transport,
} from '../transport/index.js';
import { answerQuestion } from './answer-question.js';
import { Driver, type World } from './driver.js';
import { HeldMessages } from './held-messages.js';
import { HttpServer } from './http-server.js';
import { LinkCounts } from './link-counts.js';
import { MemberLinks } from './member-links.js';
import type { NodeOrder } from './node-context.js';
import { answerRequests } from './node-request.js';
import type { Onlooker } from './onlooker.js';
import type { Recovered } from './recover.js';
import { Reporter } from './reporter.js';
import { RespServer } from './resp-server.js';
import { letHappen } from './still-time.js';
import { SyncTimes } from './sync-times.js';
import { toTcpOptions } from './tcp-options.js';
import { toReport } from './telemetry.js';
import { Traffic } from './traffic.js';
import { VirtualClock } from './virtual-clock.js';

/** Virtual milliseconds after which a client is told that there is no quorum. */
const requestTimeoutMs = 5000;
/** The same for an order: a new member may have much to catch up with. */
const orderTimeoutMs = 60_000;

/** Log since the last snapshot that calls for the next. */
const snapshotLogBytesMin = 64 * 1024 * 1024;
const snapshotLogEntriesMin = 500_000;

/** One life of a node: a Replica, and around it the disk, the network, the clients and the clock. */
export class Node {
  readonly #settings: NodeSettings;
  readonly #post: (message: FromNode) => void;
  readonly #replica: Replica;
  readonly #driver: Driver;
  readonly #server: RespServer;
  readonly #http: HttpServer | null;
  readonly #reporter: Reporter;
  readonly #clock: VirtualClock;
  readonly #disk: DiskClient;
  readonly #onlooker: Onlooker | undefined;
  readonly #held: HeldMessages;
  readonly #counts = new LinkCounts();
  readonly #syncTimes = new SyncTimes();
  readonly #traffic: Traffic;
  #transport: FaultyTransport | null = null;
  #ports: NodePorts = { respPort: 0, raftPort: null, httpPort: null };
  #memberLinks: MemberLinks | null = null;
  #link: (message: ToNode<MessagePort>) => void = () => {};

  /** `orderCell` holds the number of the next message that is held, shared by all nodes. */
  constructor(
    settings: NodeSettings,
    disk: DiskClient,
    { durable, machine }: Recovered,
    post: (message: FromNode) => void,
    onlooker?: Onlooker,
    orderCell: Int32Array = new Int32Array(1),
  ) {
    this.#settings = settings;
    this.#disk = disk;
    this.#post = post;
    this.#onlooker = onlooker;
    this.#clock = new VirtualClock(settings.speed);
    this.#held = new HeldMessages(() => Atomics.add(orderCell, 0, 1));
    const replica = new Replica(toReplicaOptions(settings), durable, this.#clock.nowMs, machine);
    this.#replica = replica;
    const sharedNowMs = () => performance.timeOrigin + performance.now();
    this.#reporter = new Reporter(post, () => this.#report(), sharedNowMs);
    this.#traffic = new Traffic((report) => post({ type: 'traffic', report }));
    this.#server = new RespServer({
      settings,
      replica,
      submit: (command) => this.#driver.request(command),
      order: (order) => this.#driver.order(order),
      warn: (reason) => this.#warn(reason),
      ...(onlooker ? { onlooker } : {}),
    });
    const { httpPort: port } = settings;
    this.#http =
      port === null
        ? null
        : new HttpServer({
            settings,
            port,
            replica,
            submit: (request) => this.#driver.request(request),
            status: () => this.#status(),
          });
    const world: World = {
      persist: (persist, onPersisted) => this.#persist(persist, onPersisted),
      send: (messages) => this.#transport?.send(messages),
      answer: (answers) => answerRequests(answers),
      answerOrders: (answers) => settleOrders(answers),
      readChunk: ({ snapshotIndex, number }, onRead) => {
        // A disk that fails ends the node by `onFailed`; nothing is left to be told here.
        disk.readSnapshotChunk(snapshotIndex, number).then(onRead, () => {});
      },
      observe: (events) => this.#observe(events),
    };
    this.#driver = new Driver(replica, this.#clock, world, this.#held);
  }

  /** @throws {LetoError} where a port is taken */
  async start(): Promise<void> {
    const respPort = await this.#server.listen();
    const httpPort = (await this.#http?.listen()) ?? null;
    const raftPort = await this.#startTransport({ respPort, httpPort });
    this.#ports = { respPort, raftPort, httpPort };
    this.#memberLinks?.follow(this.#replica.raft.configuration);
    this.#driver.start();
    this.#post({ type: 'running', ...this.#ports });
    this.#reporter.start();
  }

  handle(message: Exclude<ToNode<MessagePort>, { type: 'pause' | 'stop' }>): void {
    if (message.type === 'linkFaults') {
      this.#transport?.setFaults(new Map(message.links.map((link) => [link.to, link])));
    }
    if (message.type === 'order') this.#order(message);
    if (message.type === 'speed') this.#driver.setSpeed(message.speed);
    if (message.type === 'advance') this.#clock.advance(message.ms);
    if (message.type === 'happen') this.#letHappen(message);
    if (message.type === 'question') void this.#answer(message);
    if (message.type === 'watch') {
      this.#traffic.watch(message.isWatched);
      this.#reporter.isWatched = message.isWatched;
    }
    if (message.type === 'peerAddress') {
      this.#server.addresses.set(message.peer, message.resp);
      if (message.http) this.#http?.addresses.set(message.peer, message.http);
    }
    this.#link(message);
  }

  #order({ number, order }: Extract<ToNode<MessagePort>, { type: 'order' }>): void {
    const settle = (outcome: OrderOutcome) =>
      this.#post({ type: 'orderAnswered', number, outcome });
    const request: NodeOrder = { order, settle };
    this.#driver.order(request);
  }

  #letHappen({ number, happening }: Extract<ToNode<MessagePort>, { type: 'happen' }>): void {
    const transport = present(this.#transport, 'a node runs without a transport');
    const [clock, driver, replica] = [this.#clock, this.#driver, this.#replica];
    const timed = { clock, driver, replica, transport, held: this.#held, counts: this.#counts };
    letHappen(timed, happening, (standing) => this.#post({ type: 'stood', number, standing }));
  }

  async #answer({ number, question }: Extract<ToNode<MessagePort>, { type: 'question' }>) {
    const answer = await answerQuestion(this.#replica, question);
    this.#post({ type: 'questionAnswered', number, answer });
  }

  #persist(persist: Persist, onPersisted: () => void): void {
    const startMs = performance.now();
    this.#disk.persist(persist, () => {
      this.#syncTimes.add(performance.now() - startMs);
      onPersisted();
    });
  }

  /**
   * 3.10: a leader that is to end gives its place to the peer that has most of its log; it can't while
   * time stands still.
   */
  async handOver(): Promise<void> {
    const target = bestSuccessor(this.#replica.raft);
    if (target === null || this.#clock.standsStill) return;
    this.#server.stopListening();
    this.#http?.stopListening();
    await new Promise<void>((resolve) => {
      const request: NodeOrder = { order: { type: 'transfer', target }, settle: () => resolve() };
      this.#driver.order(request);
    });
    await Promise.all([this.#server.untilClientsLeave(), this.#http?.untilClientsLeave()]);
  }

  async stop(): Promise<void> {
    this.#driver.stop();
    this.#reporter.stop();
    this.#traffic.watch(false);
    await Promise.all([this.#server.close(), this.#http?.close(), this.#transport?.close()]);
    this.#disk.close();
  }

  #warn(reason: string): void {
    this.#reporter.tell([{ type: 'warned', reason }]);
  }

  #observe(events: readonly RaftEvent[]): void {
    if (events.some(({ type }) => type === 'configurationChanged')) {
      this.#memberLinks?.follow(this.#replica.raft.configuration);
    }
    this.#reporter.tell(events);
  }

  /** Last, as its peers are told where clients come in. */
  async #startTransport(ports: Omit<NodePorts, 'raftPort'>): Promise<number | null> {
    const { id, transport, prngSeed } = this.#settings;
    const handlers: TcpHandlers = {
      onMessage: (message) => {
        this.#counts.hear(message);
        this.#driver.message(message);
      },
      // Who is cut off does not hear either that a connection is closed.
      onPeerLost: (peer) => {
        if (!this.#transport?.isCut(peer)) this.#driver.peerLost(peer);
        this.#onlooker?.see({ type: 'peerLost', peer });
      },
      onPeerMet: (peer, whereabouts) => {
        this.#memberLinks?.meet(peer, whereabouts);
        this.#onlooker?.see({ type: 'peerMet', peer });
      },
      onPeerRefused: (reason) => this.#warn(reason),
    };
    const withFaults = (inner: Transport) =>
      new FaultyTransport(
        this.#counts.counted(inner),
        this.#clock,
        new Prng(prngSeed),
        (message, isLost) => this.#traffic.note(message, isLost),
      );
    if (transport === 'message-port') {
      const ports = new PortTransport(id, handlers);
      this.#transport = withFaults(ports);
      this.#link = (message) => message.type === 'link' && ports.link(message.peer, message.port);
      return null;
    }
    const options = toTcpOptions(this.#settings, ports, () => this.#standing);
    const tcp = await TcpTransport.listen(options, handlers);
    this.#transport = withFaults(tcp);
    this.#memberLinks = new MemberLinks(id, tcp, {
      resp: this.#server.addresses,
      http: this.#http?.addresses ?? new Map(),
    });
    this.#link = (message) => {
      if (message.type === 'peerAddress' && message.raft) tcp.link(message.peer, message.raft);
    };
    return tcp.port;
  }

  /** A member without data begins when all others are as new as it is; here nobody waits. */
  get #standing(): Standing {
    const { currentTerm, log } = this.#replica.raft;
    return { isBlank: currentTerm === noTerm && log.lastIndex === beforeLog, isAsking: false };
  }

  #status(): NodeStatus {
    const { id, host, dataDir } = this.#settings;
    const { startedAtMs } = this.#server;
    const lives = { state: 'running', error: null, startedAtMs, report: this.#report() } as const;
    return toNodeStatus({ id, host, dataDir, ...this.#ports, ...lives }, Date.now());
  }

  #report() {
    const { store, sessions } = this.#replica.machine;
    return toReport(this.#replica.raft, {
      keys: store.size,
      usedBytes: store.usedBytes,
      clients: this.#server.connections.size,
      sessions: sessions.size,
      syncMsP99: this.#syncTimes.p99Ms,
    });
  }
}

function settleOrders(answers: readonly OrderAnswer[]): void {
  for (const { request, outcome } of answers) (request as NodeOrder).settle(outcome);
}

function toReplicaOptions(settings: NodeSettings): ReplicaOptions {
  const { id, prngSeed, maxMemoryBytes, preVote, checkQuorum, fastFailover } = settings;
  const { electionTimeoutMsMin, electionTimeoutMsMax, heartbeatIntervalMs } = settings;
  return {
    ...defaultRaftOptions,
    id,
    prngSeed,
    electionTimeoutMsMin,
    electionTimeoutMsMax,
    heartbeatIntervalMs,
    preVote,
    checkQuorum,
    fastFailover,
    requestTimeoutMs,
    orderTimeoutMs,
    snapshotLogBytesMin,
    snapshotLogEntriesMin,
    maxMemoryBytes,
  };
}
