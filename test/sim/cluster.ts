/**
 * The nodes of a simulation and the events between them. world.ts adds clients, operators and
 * faults; driver.ts runs one turn of one node.
 */

import type { Prng } from '../../src/base/prng.js';
import { StateMachine, StateMachineRestorer } from '../../src/kv/index.js';
import type { ChunkRequest, DurableState, Message, NodeId } from '../../src/raft/index.js';
import { type Input, Replica, type ReplicaOptions } from '../../src/replica/index.js';
import { Checkers } from './checkers/checkers.js';
import type { VirtualDisk } from './disk.js';
import { Driver } from './driver.js';
import { EventQueue, type Scheduled } from './event-queue.js';
import { exponential, Network } from './network.js';
import { nodeIdOf, noMembers, SimNode } from './node.js';
import { NodeClock } from './node-clock.js';
import type { Operation } from './operation.js';
import type { DiskSettings, Settings } from './settings.js';
import type { Trace } from './trace.js';
import { leaderOf } from './workload.js';

export type CreateReplica = (
  options: ReplicaOptions,
  durable: DurableState,
  nowMs: number,
  machine: StateMachine,
) => Replica;

export const createRealReplica: CreateReplica = (options, durable, nowMs, machine) =>
  new Replica(options, durable, nowMs, machine);

export interface WorldOptions {
  readonly trace: Trace | null;
  readonly createReplica: CreateReplica;
}

/** How likely each peer of a crashed node notices that its connection broke. */
const peerLostChance = 0.7;

/**
 * Runs nodes on virtual disks, links and clocks. An event gives a node its inputs, and the effects
 * that the node returns become new events.
 */
export abstract class Cluster {
  readonly settings: Settings;
  readonly prng: Prng;
  readonly nodes: readonly SimNode[];
  readonly network: Network;
  readonly checkers: Checkers;
  readonly queue = new EventQueue();
  readonly trace: Trace | null;
  nowMs = 0;
  /** The number of turns that nodes have taken, plus the number of faults. */
  steps = 0;
  crashes = 0;
  wipes = 0;
  disk: DiskSettings;
  /** True once all faults have ended. */
  protected isCalm = false;
  /** The leader to cut off as its TimeoutNow arrives. Null when there is none. */
  protected leaderToCutOff: SimNode | null = null;
  readonly #byId: ReadonlyMap<NodeId, SimNode>;
  readonly #createReplica: CreateReplica;
  readonly #driver: Driver;

  constructor(settings: Settings, prng: Prng, { trace, createReplica }: WorldOptions) {
    this.settings = settings;
    this.prng = prng;
    this.trace = trace;
    this.disk = settings.disk;
    this.#createReplica = createReplica;
    const { nodeCount, voterCount } = settings;
    const voters = Array.from({ length: voterCount }, (_, index) => nodeIdOf(index));
    const first = { voters, learners: [] };
    this.nodes = Array.from(
      { length: nodeCount },
      (_, index) => new SimNode(index, index < voterCount ? first : noMembers),
    );
    this.#byId = new Map(this.nodes.map((node) => [node.id, node]));
    this.network = new Network(settings.nodeCount, settings.network, prng);
    const clocksJump = settings.faults.kinds.includes('clockJump');
    this.checkers = new Checkers(this.nodes, first, settings.replica, { clocksJump });
    this.#driver = new Driver(this);
    for (const node of this.nodes) this.start(node);
  }

  /** Called when a client has received its answer. */
  abstract answered(operation: Operation): void;

  get lateTimeoutMsMax(): number {
    const { kinds, electionMsMax } = this.settings.faults;
    return kinds.includes('lateTimeoutNow') && !this.isCalm ? electionMsMax * 6 : 0;
  }

  get drainsEffects(): boolean {
    return this.settings.driver.drainsEffects;
  }

  /** A hash of everything that has happened. Equal hashes mean that two runs were equal. */
  get hash(): number {
    return this.#driver.hash;
  }

  nodeOf(id: NodeId): SimNode | undefined {
    return this.#byId.get(id);
  }

  /** Kills the node, between two inputs or while its effects are carried out. */
  crash(node: SimNode, deadMs = this.#drawDeadMs()): void {
    if (node.replica === null) return;
    const isWritten = node.disk.writing !== null && this.prng.chance(0.5);
    this.trace?.add(this.nowMs, node.id, `crashes${isWritten ? ', its write completes' : ''}`);
    this.crashes += 1;
    if (isWritten) this.#finishWrite(node);
    else node.disk.forget();
    node.die();
    this.checkers.afterCrash(node);
    if (deadMs < Number.POSITIVE_INFINITY) {
      this.queue.add(this.nowMs + deadMs, 'restart', node, node.life);
    }
    for (const peer of this.nodes) {
      if (peer !== node && this.prng.chance(peerLostChance)) this.tellPeerLost(peer, node);
    }
  }

  pause(node: SimNode, untilMs: number): void {
    if (node.replica !== null) this.#keepBusy(node, untilMs);
  }

  /** Kills the node, which stays dead until `revive`. */
  stop(node: SimNode): void {
    this.crash(node, Number.POSITIVE_INFINITY);
  }

  revive(node: SimNode): void {
    if (node.replica === null) this.start(node);
  }

  /** Kills the node and lets it restart with an empty disk, as a new server. */
  wipe(node: SimNode): void {
    this.wipes += 1;
    this.crash(node);
    this.trace?.add(this.nowMs, node.id, 'loses its disk');
    node.wipe(this.queue.sequence);
  }

  jumpClock(node: SimNode, byMs: number): void {
    node.clock.jump(byMs);
    if (node.replica) this.#scheduleTick(node, node.replica);
  }

  tellPeerLost(node: SimNode, peer: SimNode): void {
    const delayMs = exponential(this.prng, this.settings.network.delayMsMean);
    this.queue.add(this.nowMs + delayMs, 'peerLost', node, peer.index);
  }

  campaign(node: SimNode): void {
    this.#deliver(node, { type: 'electionTimeout' });
  }

  protected start(node: SimNode): void {
    const drift = this.settings.driver.clockDriftMax;
    const rate = 1 + (this.prng.next() * 2 - 1) * drift;
    node.clock = new NodeClock(this.nowMs, this.prng.next() * 1000, rate);
    const { replica: limits, mixesPreVote } = this.settings;
    const options = {
      ...limits,
      preVote: limits.preVote !== (mixesPreVote && node.index % 2 === 1),
      id: node.id,
      prngSeed: this.prng.below(Number.MAX_SAFE_INTEGER),
    };
    this.trace?.add(this.nowMs, node.id, `starts with ${node.disk.lastIndex} entries`);
    const nowMs = node.clock.at(this.nowMs);
    const replica = this.#createReplica(options, node.disk.load(), nowMs, machineOf(node.disk));
    node.replica = replica;
    this.checkers.afterStart(node, replica);
    this.#scheduleTick(node, replica);
  }

  /** Ends everything that is broken or slow about the node, and starts it if it is dead. */
  protected repair(node: SimNode): void {
    node.effectsUntilCrash = -1;
    node.diskSlowness = 1;
    node.crashesAtInstall = false;
    if (node.disk.writing) this.queue.add(this.nowMs, 'written', node, node.disk.writeNumber);
    if (node.replica === null) {
      this.start(node);
    } else {
      node.busyUntilMs = this.nowMs;
      this.queue.add(this.nowMs, 'wake', node, node.life);
    }
  }

  /** Runs an event of a node. */
  protected dispatch(event: Scheduled, node: SimNode): void {
    const { kind, detail } = event;
    if (kind === 'message') this.#deliverMessage(event, node);
    else if (kind === 'written') this.#completeWrite(node, detail);
    else if (kind === 'peerLost') this.#losePeer(node, detail);
    // All other events belong to one life of the node.
    else if (detail === node.life) this.#continue(event, node);
  }

  protected maybeTakeTurn(node: SimNode): void {
    const { replica } = node;
    if (replica === null || this.nowMs < node.busyUntilMs) return;
    this.steps += 1;
    this.#driver.takeTurn(node, replica);
    this.checkers.afterStep(this.nodes, this.nowMs);
    if (node.replica === replica) this.#scheduleTick(node, replica);
    const { busyChance, busyMsMax } = this.settings.driver;
    const isBusy = !this.isCalm && busyChance > 0 && this.prng.chance(busyChance);
    if (isBusy) this.#keepBusy(node, this.nowMs + this.prng.next() * busyMsMax);
    else if (node.hasMore) this.queue.add(this.nowMs, 'wake', node, node.life);
  }

  /** Draws how long a node stays dead, which is often 0. */
  #drawDeadMs(): number {
    return this.prng.chance(0.3) ? 0 : this.prng.next() * this.settings.faults.lastsMsMax;
  }

  #finishWrite(node: SimNode): void {
    if (node.disk.writing) this.checkers.beforeWritten(node, node.disk.writing);
    node.disk.finish();
  }

  #deliver(node: SimNode, input: Input): void {
    if (node.replica !== null && node.offer(input)) this.maybeTakeTurn(node);
  }

  #deliverMessage({ detail: from, message, sequence }: Scheduled, node: SimNode): void {
    if (!this.network.arrive(from, node.index) || message === null) return;
    const isOfOldServer =
      sequence <= Math.max(node.wipedAtSequence, this.nodes[from]?.wipedAtSequence ?? 0);
    if (isOfOldServer) return;
    if (message.type === 'TimeoutNow' && this.#isLate(message)) this.#cutOffTheLeader();
    if (message.type === 'TimeoutNow' && from === this.leaderToCutOff?.index)
      this.#cutOffLeader(from);
    this.#deliver(node, { type: 'message', message });
  }

  /** True for a TimeoutNow of an older term than that of the leader. */
  #isLate({ term }: Message): boolean {
    return term < (leaderOf(this.nodes)?.replica?.raftState.currentTerm ?? 0);
  }

  /** Keeps the leader from hearing of a campaign that a late TimeoutNow might begin. */
  #cutOffTheLeader(): void {
    const leader = leaderOf(this.nodes);
    if (leader && this.settings.faults.kinds.includes('lateTimeoutNow'))
      this.#cutOffLeader(leader.index);
  }

  #cutOffLeader(leader: number): void {
    this.leaderToCutOff = null;
    if (!this.isCalm) this.network.cutWhere((from, to) => from === leader || to === leader);
  }

  #completeWrite(node: SimNode, number: number): void {
    if (number !== node.disk.writeNumber) return;
    this.#finishWrite(node);
    this.#deliver(node, { type: 'persisted' });
  }

  #losePeer(node: SimNode, peer: number): void {
    if (node.index !== peer) this.#deliver(node, { type: 'peerLost', peer: nodeIdOf(peer) });
  }

  #continue({ kind, chunkRequest: request, atMs }: Scheduled, node: SimNode): void {
    if (kind === 'restart') this.revive(node);
    else if (kind === 'crash') this.#crashNow(node);
    else if (kind === 'tick') this.#tick(node, atMs);
    else if (kind === 'chunk' && request !== null) this.#deliverChunk(node, request);
    else if (node.hasInput || node.hasMore) this.maybeTakeTurn(node);
  }

  #deliverChunk(node: SimNode, request: ChunkRequest): void {
    this.#deliver(node, { type: 'chunk', request, chunk: node.disk.chunkOf(request) });
  }

  #crashNow(node: SimNode): void {
    if (!this.isCalm) this.crash(node);
  }

  #keepBusy(node: SimNode, untilMs: number): void {
    if (untilMs <= node.busyUntilMs) return;
    node.busyUntilMs = untilMs;
    this.queue.add(untilMs, 'wake', node, node.life);
  }

  #tick(node: SimNode, atMs: number): void {
    const { replica } = node;
    if (replica === null || atMs !== node.tickAtMs) return;
    node.tickAtMs = Number.POSITIVE_INFINITY;
    this.#deliver(node, { type: 'tick' });
    if (node.replica === replica) this.#scheduleTick(node, replica);
  }

  /**
   * Schedules the next tick shortly after something is due, since an idle tick would waste a step.
   */
  #scheduleTick(node: SimNode, replica: Replica): void {
    const { tickMsMax } = this.settings.driver;
    const waits = node.openOperations.size > 0 || node.openAdminRequests.size > 0;
    const untilDueMs = Math.max(node.clock.worldMsUntil(deadlineMs(replica), this.nowMs), 0);
    const waitMs = waits ? Math.min(untilDueMs, tickMsMax) : untilDueMs;
    if (this.nowMs + waitMs + tickMsMax >= node.tickAtMs) return;
    node.tickAtMs = this.nowMs + waitMs + this.prng.next() * tickMsMax;
    this.queue.add(node.tickAtMs, 'tick', node, node.life);
  }
}

/** Returns the state of the disk's snapshot in force. */
function machineOf({ chunks }: VirtualDisk): StateMachine {
  if (chunks.length === 0) return new StateMachine();
  const restorer = new StateMachineRestorer();
  for (const { data } of chunks) restorer.take(data);
  return restorer.finish();
}

/** Returns when the next tick of Raft is due, by the node's clock. */
function deadlineMs({ raftState: raft }: Replica): number {
  return raft.leadership?.heartbeatDeadlineMs ?? raft.electionDeadlineMs;
}
