import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { NodeSettings } from '../../src/control/index.js';
import { Driver, type EffectHandlers } from '../../src/node/driver.js';
import { HeldMessages } from '../../src/node/held-messages.js';
import {
  type AddressesById,
  defaultRaftOptions,
  type Message,
  type NodeId,
  type Persist,
  type RaftEvent,
  type RaftOptions,
} from '../../src/raft/index.js';
import { Replica } from '../../src/replica/index.js';
import type { NodeAdminRequest } from '../../src/server/node-context.js';
import { answerRequests } from '../../src/server/node-request.js';
import { RespServer } from '../../src/server/resp-server.js';
import type { MemoryStore } from '../../src/storage/memory-store.js';
import { ManualClock } from '../node/manual-clock.js';
import { chunkIn, n1, storeOf } from '../raft/node.js';
import { replicaDefaults } from '../replica/replica-node.js';
import { Changes } from '../transport/changes.js';
import { TestClient } from './test-client.js';

export const settings: NodeSettings = {
  id: n1,
  cluster: 'test',
  clusterId: '9c8b4f3e-0d5a-4c57-9a33-3f6f0c1d2e4b',
  host: '127.0.0.1',
  respPort: 0,
  transport: 'message-port',
  raftHost: '127.0.0.1',
  raftPort: 0,
  httpHost: '127.0.0.1',
  httpPort: null,
  portFlags: { resp: '--port', raft: '--raft-port', http: '--http-port' },
  advertised: null,
  follower: 'error',
  reads: 'linearizable',
  electionTimeoutMsMin: defaultRaftOptions.electionTimeoutMsMin,
  electionTimeoutMsMax: defaultRaftOptions.electionTimeoutMsMax,
  heartbeatIntervalMs: defaultRaftOptions.heartbeatIntervalMs,
  preVote: true,
  checkQuorum: true,
  fastFailover: false,
  maxMemoryBytes: 512 * 1024 * 1024,
  password: null,
  secret: null,
  tls: null,
  prngSeed: 1,
  dataDir: '/data/n1',
};

export interface TestNodeOptions {
  readonly settings?: Partial<NodeSettings>;
  readonly raft?: Partial<RaftOptions>;
  readonly voters?: readonly NodeId[];
  readonly addresses?: AddressesById;
  /** Receives the node's messages; without it they are lost. */
  readonly send?: (messages: readonly Message[]) => void;
}

/** A node in this thread, with a real driver and sockets, a manual clock and a memory disk. */
export class TestNode {
  readonly id: NodeId;
  readonly clock = new ManualClock();
  readonly driver: Driver;
  readonly server: RespServer;
  readonly replica: Replica;
  readonly events: RaftEvent[] = [];
  readonly warnings: string[] = [];
  readonly changes = new Changes();
  /** False while writes wait for the disk. */
  isDiskWorking = true;
  port = 0;
  readonly #store: MemoryStore;
  readonly #writes: (() => void)[] = [];
  #stopped: Promise<void> | null = null;

  private constructor(options: TestNodeOptions) {
    const all = { ...settings, ...options.settings };
    this.id = all.id;
    const { voters = [all.id], addresses } = options;
    this.#store = storeOf({ voters, ...(addresses ? { addresses } : {}) });
    const { id, prngSeed, maxMemoryBytes } = all;
    const own = { ...replicaDefaults, id, prngSeed, maxMemoryBytes };
    const replicaOptions = { ...defaultRaftOptions, ...options.raft, ...own };
    this.replica = new Replica(replicaOptions, this.#store.state, 0);
    this.server = new RespServer({
      settings: all,
      replica: this.replica,
      submit: (command) => this.driver.request(command),
      admin: (request) => this.driver.admin(request),
      warn: (reason) => this.warnings.push(reason),
    });
    const world: EffectHandlers = {
      persist: (persist, onPersisted) => this.#persist(persist, onPersisted),
      send: (messages) => options.send?.(messages),
      answer: (answers) => answerRequests(answers),
      answerAdmin: (answers) => {
        for (const { request, outcome } of answers) (request as NodeAdminRequest).settle(outcome);
      },
      readChunk: (question, onRead) => setImmediate(onRead, chunkIn(this.#store, question)),
      observe: (events) => this.#observe(events),
    };
    this.driver = new Driver(this.replica, this.clock, new HeldMessages(() => 0), world);
    this.clock.onAdvance = () => this.driver.clockChanged();
  }

  static async start(t: TestContext, options: TestNodeOptions = {}): Promise<TestNode> {
    const node = new TestNode(options);
    node.port = await node.server.listen();
    node.driver.start();
    t.after(() => node.stop());
    return node;
  }

  stop(): Promise<void> {
    this.driver.stop();
    this.#stopped ??= this.server.close();
    return this.#stopped;
  }

  connect(t: TestContext, options = {}): Promise<TestClient> {
    return TestClient.connect(t, this.port, options);
  }

  /** Lets the election timer expire; resolves when the node has committed its no-op as leader. */
  async lead(): Promise<void> {
    this.clock.advance(settings.electionTimeoutMsMax);
    await this.until(() => {
      const { leadership, lastApplied } = this.replica.raftState;
      return leadership !== null && lastApplied >= leadership.noopIndex;
    });
  }

  /** Resolves when `holds` returns true; checks after each change and each millisecond. */
  async until(holds: () => boolean): Promise<void> {
    const timer = setInterval(this.changes.happened, 1);
    try {
      await this.changes.until(holds);
    } finally {
      clearInterval(timer);
    }
  }

  /** Lets the disk work again and finishes the waiting writes. */
  mendDisk(): void {
    this.isDiskWorking = true;
    for (const write of this.#writes.splice(0)) write();
  }

  #persist(persist: Persist, onPersisted: () => void): void {
    assert.equal(this.#writes.length, 0, 'a write began before the last one was done');
    const write = () => {
      this.#store.write(persist);
      onPersisted();
    };
    if (this.isDiskWorking) setImmediate(write);
    else this.#writes.push(write);
  }

  #observe(events: readonly RaftEvent[]): void {
    this.events.push(...events);
    this.changes.happened();
  }
}

/** Starts a cluster of one node that leads. */
export async function startLeader(
  t: TestContext,
  options: TestNodeOptions = {},
): Promise<TestNode> {
  const node = await TestNode.start(t, options);
  await node.lead();
  return node;
}
