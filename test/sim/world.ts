import { Prng } from '../../src/base/prng.js';
import type { DurableState, Message, NodeId } from '../../src/raft/index.js';
import { beforeLog, noTerm } from '../../src/raft/index.js';
import {
  type Answer,
  type Effects,
  type Input,
  Replica,
  type ReplicaOptions,
} from '../../src/replica/index.js';
import { Checkers } from './checkers/checkers.js';
import { EventQueue, type Scheduled } from './event-queue.js';
import { Faults } from './faults.js';
import { exponential, Network } from './network.js';
import { NodeClock } from './node-clock.js';
import { nodeIdOf, SimNode } from './node.js';
import type { Operation } from './operation.js';
import type { Settings } from './settings.js';
import { entriesText, inputText, messageText, operationText, outcomeText, type Trace } from './trace.js';
import { Workload } from './workload.js';

export type CreateReplica = (
  options: ReplicaOptions,
  durable: DurableState,
  nowMs: number,
) => Replica;

const createTheReplica: CreateReplica = (options, durable, nowMs) =>
  new Replica(options, durable, nowMs);

/**
 * A cluster on virtual disks, links and clocks. Each event brings one node its inputs, and the
 * effects that it returns are carried out as new events. All chance comes from one seed.
 */
export class World {
  readonly settings: Settings;
  readonly nodes: readonly SimNode[];
  readonly network: Network;
  readonly checkers: Checkers;
  nowMs = 0;
  /** Times that a node took inputs, and faults. */
  steps = 0;
  faultCount = 0;
  crashCount = 0;
  readonly #prng: Prng;
  readonly #queue = new EventQueue();
  readonly #workload: Workload;
  readonly #faults: Faults;
  readonly #createReplica: CreateReplica;
  readonly #trace: Trace | null;
  readonly #byId: ReadonlyMap<NodeId, SimNode>;
  #isCalm = false;

  constructor(
    settings: Settings,
    prng: Prng,
    trace: Trace | null = null,
    createReplica: CreateReplica = createTheReplica,
  ) {
    this.settings = settings;
    this.#prng = prng;
    this.#trace = trace;
    this.#createReplica = createReplica;
    const voters = Array.from({ length: settings.nodeCount }, (_, index) => nodeIdOf(index));
    const base = { index: beforeLog, term: noTerm, configuration: { voters, learners: [] } };
    this.nodes = voters.map((_, index) => new SimNode(index, base));
    this.#byId = new Map(this.nodes.map((node) => [node.id, node]));
    this.network = new Network(settings.nodeCount, settings.network, prng);
    this.checkers = new Checkers(this.nodes, settings.replica);
    this.#workload = new Workload(this.nodes, settings.workload, prng);
    this.#faults = new Faults(settings.faults, prng);
    for (const node of this.nodes) this.#start(node);
    for (let client = 0; client < settings.workload.clientCount; client += 1) {
      this.#queue.add(this.#thinkMs(), 'client', null, client);
    }
    this.#queue.add(exponential(prng, settings.faults.everyMsMean), 'fault', null);
  }

  /** Lets the next event happen. */
  advance(): void {
    const event = this.#queue.take();
    if (!event) return;
    this.nowMs = event.atMs;
    this.#dispatch(event);
  }

  // ...
}
