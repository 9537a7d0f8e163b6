/**
 * A Replica with an in-memory disk, for tests of clusters without real time, disks or sockets. It
 * is a member of the virtual network in test/raft/cluster.ts.
 */

import assert from 'node:assert/strict';
import {
  findCommand,
  type SessionSerial,
  StateMachine,
  StateMachineRestorer,
} from '../../src/kv/index.js';
import {
  type AdminCommand,
  type AdminOutcome,
  beforeLog,
  defaultRaftOptions,
  type Message,
  type NodeId,
  nodeId,
  type RaftEvent,
  type RaftState,
  type ReadMode,
} from '../../src/raft/index.js';
import {
  type AdminAnswer,
  type AdminRequest,
  type Answer,
  type Effects,
  type Outcome,
  Replica,
  type ReplicaOptions,
  type Request,
  type RequestClient,
} from '../../src/replica/index.js';
import type { MemoryStore } from '../../src/storage/memory-store.js';
import { Cluster, type Member } from '../raft/cluster.js';
import { chunkIn, type NodeSetup, n1, n2, n3, storeOf } from '../raft/node.js';

interface ReplicaSetup extends NodeSetup {
  readonly options?: Partial<ReplicaOptions>;
}

/** Options of a small cluster that takes no snapshots unless a test asks for them. */
export const replicaDefaults = {
  requestTimeoutMs: 5000,
  adminTimeoutMs: 10_000,
  maxMemoryBytes: 1_000_000,
  snapshotLogBytesMin: 1_000_000_000,
  snapshotLogEntriesMin: 1_000_000_000,
};

/** Returns a new client connection. */
export function connection(readMode: ReadMode = 'linearizable'): RequestClient {
  return { lastWriteIndex: beforeLog, readMode };
}

/** A Replica, its disk, whose writes complete at once, and the answers that it has given. */
export class ReplicaNode implements Member {
  readonly id: NodeId;
  readonly options: ReplicaOptions;
  readonly store: MemoryStore;
  readonly answers: Answer[] = [];
  readonly adminAnswers: AdminAnswer[] = [];
  readonly events: RaftEvent[] = [];
  replica: Replica;

  constructor(setup: ReplicaSetup = {}) {
    this.id = setup.id ?? n1;
    this.options = {
      ...defaultRaftOptions,
      id: this.id,
      prngSeed: Number(this.id.slice(1)),
      ...replicaDefaults,
      ...setup.options,
    };
    this.store = storeOf(setup);
    this.replica = new Replica(this.options, this.store.state, 0, restore(this.store));
  }

  get state(): Readonly<RaftState> {
    return this.replica.raftState;
  }

  setClock(nowMs: number): void {
    this.replica.handle({ type: 'clock', nowMs });
  }

  tick(): void {
    this.replica.handle({ type: 'tick' });
  }

  step(message: Message): void {
    this.replica.handle({ type: 'message', message });
  }

  /** Sends a command from `client`. Its words are separated by spaces. */
  send(client: RequestClient, line: string, session: SessionSerial | null = null): Request {
    const [name = '', ...args] = line.split(' ');
    const spec = findCommand(name);
    assert.ok(spec, `unknown command: ${name}`);
    const request = { command: { spec, args }, client, session };
    this.replica.handle({ type: 'request', request });
    return request;
  }

  run(): readonly Message[] {
    const sent: Message[] = [];
    for (;;) {
      const { messages, persist, hasMore, chunkRequests } = this.turn();
      sent.push(...messages);
      if (!persist && !hasMore && chunkRequests.length === 0) return sent;
    }
  }

  /** Takes effects once and carries them out. */
  turn(): Effects {
    const effects = this.replica.takeEffects();
    this.answers.push(...effects.answers);
    this.adminAnswers.push(...effects.adminAnswers);
    this.events.push(...effects.events);
    for (const request of effects.chunkRequests) {
      const chunk = chunkIn(this.store, request);
      this.replica.handle({ type: 'chunk', request, chunk });
    }
    if (effects.persist) {
      this.store.write(effects.persist);
      this.replica.handle({ type: 'persisted' });
    }
    return effects;
  }

  /** Returns the answer to a request. Undefined while there is none. */
  outcome(request: Request): Outcome | undefined {
    const answers = this.answers.filter((answer) => answer.request === request);
    assert.ok(answers.length <= 1, 'a request was answered twice');
    return answers[0]?.outcome;
  }

  /** Sends an admin command. */
  sendAdmin(command: AdminCommand): AdminRequest {
    const request = { command };
    this.replica.handle({ type: 'admin', request });
    return request;
  }

  adminOutcome(request: AdminRequest): AdminOutcome | undefined {
    const answers = this.adminAnswers.filter((answer) => answer.request === request);
    assert.ok(answers.length <= 1, 'an admin command was answered twice');
    return answers[0]?.outcome;
  }

  value(key: string): string | undefined {
    return this.replica.machine.store.get(key);
  }

  /** Restarts the node as after a crash: its memory is lost, and its next life has another seed. */
  restart(): void {
    const options = { ...this.options, prngSeed: this.options.prngSeed + 1000 };
    const { nowMs } = this.state;
    this.replica = new Replica(options, this.store.state, nowMs, restore(this.store));
  }
}

/** Returns the state of the snapshot in force. */
function restore({ chunks }: MemoryStore): StateMachine {
  if (chunks.length === 0) return new StateMachine();
  const restorer = new StateMachineRestorer();
  for (const { data } of chunks) restorer.take(data);
  return restorer.finish();
}

/** Returns a cluster of three whose leader is n1 and whose first no-op is committed everywhere. */
export function threeReplicas(options: Partial<ReplicaOptions> = {}): Cluster<ReplicaNode> {
  const voters = [n1, n2, n3];
  const cluster = new Cluster(voters.map((id) => new ReplicaNode({ id, voters, options })));
  cluster.elect(n1);
  cluster.advance(100);
  return cluster;
}

/** Adds a node to the network that is not a member and knows of no cluster. */
export function join(cluster: Cluster<ReplicaNode>, id: NodeId): ReplicaNode {
  const node = new ReplicaNode({ id, voters: [] });
  cluster.join(node);
  return node;
}

/** Returns the only node of a cluster, which is its leader. */
export function oneReplica(options: Partial<ReplicaOptions> = {}): ReplicaNode {
  const id = nodeId('n1');
  const cluster = new Cluster([new ReplicaNode({ id, voters: [id], options })]);
  cluster.elect(id);
  return cluster.member(id);
}

export const ok: Outcome = { type: 'simple', text: 'OK' };

export function bulk(bytes: string): Outcome {
  return { type: 'bulk', bytes };
}

export const missing: Outcome = { type: 'null' };

export function notLeader(leader: NodeId | null): Outcome {
  return { type: 'notLeader', leader };
}
