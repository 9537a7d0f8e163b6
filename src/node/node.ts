/**
 * One life of a node: connects a Replica, which makes all decisions, to the parts that carry them
 * out (disk, peers, clients, clock). It decides nothing itself.
 */

import type { MessagePort } from 'node:worker_threads';
import { assertPresent, unreachable } from '../base/index.js';
import {
  type Address,
  type ClusterClock,
  type FromNode,
  formatAddress,
  type NodePorts,
  type NodeSettings,
  type NodeStatus,
  type ToNode,
  toNodeStatus,
} from '../control/index.js';
import {
  type AdminOutcome,
  beforeLog,
  bestTransferTarget,
  defaultRaftOptions,
  type NodeId,
  noTerm,
  type Persist,
  type RaftEvent,
} from '../raft/index.js';
import { type AdminAnswer, Replica, type ReplicaOptions } from '../replica/index.js';
import {
  answerRequests,
  HttpServer,
  type NodeAdminRequest,
  type NodeObserver,
  RespServer,
} from '../server/index.js';
import type { DiskClient } from '../storage/index.js';
import type { HistoryClaim } from '../transport/index.js';
import { answerQuestion } from './answer-question.js';
import { Driver } from './driver.js';
import { forceEvent } from './force-event.js';
import { HeldMessages } from './held-messages.js';
import { openPeerNetwork, type PeerNetwork } from './peer-network.js';
import type { Recovered } from './recover.js';
import { toNodeReport } from './telemetry/node-report.js';
import { NodeTelemetry } from './telemetry/node-telemetry.js';

/** How long a client's request waits for a quorum, in virtual time. */
const requestTimeoutMs = 5000;
/** How long an admin command waits, in virtual time; a new member may need long to catch up. */
const adminTimeoutMs = 60_000;

/** How much log since the last snapshot triggers the next one. */
const snapshotLogBytesMin = 64 * 1024 * 1024;
const snapshotLogEntriesMin = 500_000;

interface NodeParts {
  readonly disk: DiskClient;
  /** The state that the disk held when this life began. */
  readonly recovered: Recovered;
  readonly post: (message: FromNode) => void;
  readonly observer?: NodeObserver;
  /** The number of the next held message; all nodes of a cluster share it. */
  readonly arrivalCounter?: Int32Array;
  readonly clock: ClusterClock;
}

export class Node {
  readonly #settings: NodeSettings;
  readonly #post: (message: FromNode) => void;
  readonly #disk: DiskClient;
  readonly #clock: ClusterClock;
  readonly #replica: Replica;
  readonly #driver: Driver;
  readonly #server: RespServer;
  readonly #http: HttpServer | null;
  readonly #telemetry: NodeTelemetry;
  #network: PeerNetwork | null = null;
  #ports: NodePorts = { respPort: 0, raftPort: null, httpPort: null };

  constructor(settings: NodeSettings, parts: NodeParts) {
    const { disk, recovered, post, observer, clock, arrivalCounter = new Int32Array(1) } = parts;
    this.#settings = settings;
    this.#disk = disk;
    this.#post = post;
    this.#clock = clock;
    this.#replica = new Replica(
      toReplicaOptions(settings),
      recovered.durable,
      this.#clock.nowMs,
      recovered.machine,
    );
    this.#telemetry = new NodeTelemetry(post, () => this.#report(), observer);
    this.#server = this.#newRespServer();
    this.#http = this.#newHttpServer();
    this.#driver = this.#newDriver(new HeldMessages(() => Atomics.add(arrivalCounter, 0, 1)));
  }

  #newRespServer(): RespServer {
    const { observer } = this.#telemetry;
    return new RespServer({
      settings: this.#settings,
      replica: this.#replica,
      submit: (command) => this.#driver.request(command),
      admin: (request) => this.#driver.admin(request),
      warn: (reason) => this.#telemetry.warn(reason),
      ...(observer ? { observer } : {}),
    });
  }

  #newHttpServer(): HttpServer | null {
    const { httpPort: port } = this.#settings;
    if (port === null) return null;
    return new HttpServer({
      settings: this.#settings,
      port,
      replica: this.#replica,
      submit: (request) => this.#driver.request(request),
      status: () => this.#status(),
    });
  }

  #newDriver(held: HeldMessages): Driver {
    const disk = this.#disk;
    return new Driver(this.#replica, this.#clock, held, {
      persist: (persist: Persist, onPersisted) =>
        disk.persist(persist, this.#telemetry.timedSync(onPersisted)),
      send: (messages) => this.#network?.transport.send(messages),
      answer: (answers) => answerRequests(answers),
      answerAdmin: (answers) => settleAdminRequests(answers),
      readChunk: ({ snapshotIndex, number }, onRead) => {
        // The DiskClient reports a failed disk itself, which ends the node.
        disk.readSnapshotChunk(snapshotIndex, number).then(onRead, () => {});
      },
      observe: (events) => this.#observe(events),
    });
  }

  /**
   * Opens all ports and begins to serve peers and clients.
   * @throws {LetoError} as `listen` in `transport` does: LETO_PORT_TAKEN, for example
   */
  async start(): Promise<void> {
    const respPort = await this.#server.listen();
    const httpPort = (await this.#http?.listen()) ?? null;
    // The network comes last, since it announces the client ports to the peers.
    this.#network = await this.#openNetwork({ respPort, httpPort });
    this.#ports = { respPort, raftPort: this.#network.raftPort, httpPort };
    this.#network.updateConfiguration(this.#replica.raftState.configuration);
    this.#driver.start();
    const { id, advertised } = this.#settings;
    if (advertised) this.#driver.nodeAddress(id, formatAddress(advertised.raft));
    this.#post({ type: 'running', ...this.#ports });
    this.#telemetry.start();
  }

  #openNetwork(clientPorts: Omit<NodePorts, 'raftPort'>): Promise<PeerNetwork> {
    return openPeerNetwork({
      settings: this.#settings,
      clock: this.#clock,
      telemetry: this.#telemetry,
      clientPorts,
      clientAddresses: {
        resp: this.#server.addresses,
        http: this.#http?.addresses ?? new Map(),
      },
      historyClaim: () => this.#historyClaim,
      onMessage: (message) => {
        this.#telemetry.messageReceived(message);
        this.#driver.message(message);
      },
      onPeerLost: (peer) => this.#driver.peerLost(peer),
      onPeerAddress: (peer, address) => this.#driver.nodeAddress(peer, address),
      hasLeader: () => this.#replica.raftState.leaderId !== null,
    });
  }

  /** The addresses at which the members, including this node, are known to serve clients. */
  get clientAddresses(): ReadonlyMap<NodeId, Address> {
    return this.#server.addresses;
  }

  /** Looks for members also at these Raft addresses, which another member named. */
  lookForMembers(addresses: ReadonlyMap<NodeId, Address>): void {
    this.#network?.lookForMembers(addresses);
  }

  handle(message: Exclude<ToNode<MessagePort>, { type: 'pause' | 'stop' }>): void {
    switch (message.type) {
      case 'link':
        this.#network?.link(message);
        break;
      case 'peerAddress':
        this.#server.addresses.set(message.peer, message.resp);
        if (message.http) this.#http?.addresses.set(message.peer, message.http);
        this.#network?.link(message);
        break;
      case 'linkFaults':
        this.#network?.transport.setFaults(new Map(message.links.map((link) => [link.to, link])));
        break;
      case 'admin':
        this.#handleAdmin(message);
        break;
      case 'clockChanged':
        this.#driver.clockChanged();
        break;
      case 'forceEvent':
        this.#forceEvent(message);
        break;
      case 'question':
        void this.#answer(message);
        break;
      case 'watch':
        this.#telemetry.watch(message.isWatched);
        break;
      default:
        unreachable(message);
    }
  }

  #handleAdmin({ number, command }: Extract<ToNode<MessagePort>, { type: 'admin' }>): void {
    const settle = (outcome: AdminOutcome) =>
      this.#post({ type: 'adminAnswered', number, outcome });
    const request: NodeAdminRequest = { command, settle };
    this.#driver.admin(request);
  }

  #forceEvent({ number, event }: Extract<ToNode<MessagePort>, { type: 'forceEvent' }>): void {
    const { transport } = assertPresent(this.#network, 'the node has not started');
    const [driver, replica] = [this.#driver, this.#replica];
    const timed = { driver, replica, transport, counts: this.#telemetry.counts };
    forceEvent(timed, event, (report) => this.#post({ type: 'stepReport', number, report }));
  }

  async #answer({ number, question }: Extract<ToNode<MessagePort>, { type: 'question' }>) {
    const answer = await answerQuestion(this.#replica, question);
    this.#post({ type: 'questionAnswered', number, answer });
  }

  /**
   * Transfers leadership to the peer whose log is most complete, before a leader stops (3.10).
   * Does nothing on another node, or while the clock is stopped.
   */
  async handOver(): Promise<void> {
    const target = bestTransferTarget(this.#replica.raftState);
    if (target === null || this.#clock.isStopped) return;
    this.#server.stopListening();
    this.#http?.stopListening();
    await new Promise<void>((resolve) => {
      const request: NodeAdminRequest = {
        command: { type: 'transfer', target },
        settle: () => resolve(),
      };
      this.#driver.admin(request);
    });
    await Promise.all([this.#server.untilClientsLeave(), this.#http?.untilClientsLeave()]);
  }

  async stop(): Promise<void> {
    this.#driver.stop();
    this.#telemetry.stop();
    await Promise.all([this.#server.close(), this.#http?.close(), this.#network?.close()]);
    this.#disk.close();
  }

  #observe(events: readonly RaftEvent[]): void {
    if (events.some(({ type }) => type === 'configurationChanged')) {
      this.#network?.updateConfiguration(this.#replica.raftState.configuration);
    }
    this.#telemetry.reportEvents(events);
  }

  /** The claim that static members without data wait for; a running node awaits none itself. */
  get #historyClaim(): HistoryClaim {
    const { currentTerm, log } = this.#replica.raftState;
    return {
      isBlank: currentTerm === noTerm && log.lastIndex === beforeLog,
      isAwaitingClaim: false,
    };
  }

  #status(): NodeStatus {
    const { id, host, dataDir } = this.#settings;
    const { startedAtMs, uptimeMs } = this.#server;
    const lives = { state: 'running', error: null, startedAtMs, report: this.#report() } as const;
    return toNodeStatus({ id, host, dataDir, ...this.#ports, ...lives }, startedAtMs + uptimeMs);
  }

  #report() {
    const { store, sessions } = this.#replica.machine;
    return toNodeReport(this.#replica.raftState, {
      keys: store.size,
      usedBytes: store.usedBytes,
      clients: this.#server.connections.size,
      sessions: sessions.size,
      syncMsP99: this.#telemetry.syncMsP99,
    });
  }
}

function settleAdminRequests(answers: readonly AdminAnswer[]): void {
  for (const { request, outcome } of answers) (request as NodeAdminRequest).settle(outcome);
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
    adminTimeoutMs,
    snapshotLogBytesMin,
    snapshotLogEntriesMin,
    maxMemoryBytes,
  };
}
