/** Passes everything that happens in a simulation to the checkers of its invariants. */

import type { Configuration, Message, Persist, RaftState } from '../../../src/raft/index.js';
import type {
  AdminAnswer,
  Answer,
  Effects,
  Replica,
  ReplicaOptions,
} from '../../../src/replica/index.js';
import type { SimAdminRequest } from '../admin-request.js';
import type { SimNode } from '../node.js';
import type { Operation } from '../operation.js';
import { AdminRequests } from './admin-requests.js';
import { Bounds } from './bounds.js';
import { Clients } from './clients.js';
import { Committed } from './committed.js';
import { Durability } from './durability.js';
import { Elections } from './elections.js';
import { HardStates } from './hard-state.js';
import { Leases } from './leases.js';
import { Logs } from './logs.js';
import { Memberships } from './memberships.js';
import { ProgressChecker } from './progress.js';
import { Snapshots } from './snapshots.js';
import { StateMachines } from './state-machine.js';

type Limits = Omit<ReplicaOptions, 'id' | 'prngSeed'>;

/** All checkers of a world. What they know lives outside the nodes, so no crash erases it. */
export class Checkers {
  readonly elections: Elections;
  readonly committed: Committed;
  readonly clients: Clients;
  readonly snapshots: Snapshots;
  readonly adminRequests: AdminRequests;
  readonly #memberships: Memberships;
  readonly #logs: Logs;
  readonly #hardStates: HardStates;
  readonly #durability: Durability;
  readonly #progress: ProgressChecker;
  readonly #machines: StateMachines;
  readonly #bounds: Bounds;
  /** Null when clocks jump, since leases rely on clocks that do not (6.4.1). */
  readonly #leases: Leases | null;

  /** `first` is the configuration at the start. `clocksJump` says that clocks may do so. */
  constructor(
    nodes: readonly SimNode[],
    first: Configuration,
    limits: Limits,
    { clocksJump = false } = {},
  ) {
    this.elections = new Elections(nodes);
    this.committed = new Committed(nodes, first);
    this.clients = new Clients(this.committed);
    this.snapshots = new Snapshots(this.committed);
    this.adminRequests = new AdminRequests(this.committed, this.elections, limits.adminTimeoutMs);
    this.#memberships = new Memberships(this.committed);
    const { elections, committed } = this;
    this.#logs = new Logs(nodes.length, { elections, committed, memberships: this.#memberships });
    this.#hardStates = new HardStates(nodes.length);
    this.#durability = new Durability(nodes);
    this.#progress = new ProgressChecker(nodes);
    this.#machines = new StateMachines(nodes.length, this.committed);
    this.#bounds = new Bounds(limits);
    this.#leases = clocksJump ? null : new Leases(this.committed);
  }

  afterStart(node: SimNode, replica: Replica): void {
    const { raftState: raft } = replica;
    this.#hardStates.afterStart(node);
    this.#durability.afterStart(node, raft);
    this.#logs.afterStart(node, raft);
    this.snapshots.afterStart(node, replica);
    this.committed.afterStart(node, raft);
    this.#machines.afterStart(node, raft);
  }

  afterCrash(node: SimNode): void {
    this.elections.afterCrash(node);
    this.committed.afterCrash();
  }

  /** `lastIndexBefore` is the end of the node's log before it handled the request. */
  afterRequest(
    node: SimNode,
    replica: Replica,
    operation: Operation,
    lastIndexBefore: number,
  ): void {
    const { raftState: raft } = replica;
    const logged = this.clients.afterRequest(node, operation, raft, lastIndexBefore);
    this.#afterStep(node, raft, logged);
  }

  /** Called after every input that is not a request. */
  afterInput(node: SimNode, { raftState: raft }: Replica): void {
    this.#afterStep(node, raft, []);
  }

  #afterStep(node: SimNode, raft: Readonly<RaftState>, logged: readonly Operation[]): void {
    for (const operation of logged) this.#bounds.afterLogged(node, raft, operation);
    this.#hardStates.afterInput(node, raft);
    const isElected = this.elections.afterInput(node, raft);
    this.#logs.afterInput(node, raft, logged);
    if (isElected) this.committed.afterElection(node, raft);
    this.committed.afterInput(node, raft);
  }

  /**
   * Called when effects have been taken and none has been carried out. `lastIndexBefore` is the end
   * of the node's log before they were taken.
   */
  afterEffects(node: SimNode, replica: Replica, effects: Effects, lastIndexBefore: number): void {
    const { raftState: raft } = replica;
    const logged = this.clients.afterAppends(node, raft, lastIndexBefore, effects.answers);
    this.#afterStep(node, raft, logged);
    this.#progress.afterEffects(node, raft);
    this.#machines.afterEffects(node, replica);
    this.#memberships.afterEffects(node, raft);
    this.#bounds.afterEffects(node, raft, effects);
  }

  /** Called after a tick, when the answers that were due have been given. */
  afterTick(node: SimNode, { raftState: raft }: Replica): void {
    this.#bounds.afterTick(node, raft);
    this.adminRequests.afterTick(node, raft);
  }

  /** Called when a node has taken a turn. */
  afterStep(nodes: readonly SimNode[], nowMs: number): void {
    this.#leases?.afterStep(nodes, nowMs);
  }

  beforeMessage(node: SimNode, message: Message): void {
    this.#durability.beforeMessage(node, message);
    this.elections.afterMessage(node, message);
  }

  beforeWritten(node: SimNode, persist: Persist): void {
    this.#durability.beforeWritten(node, persist);
    this.committed.beforeWritten(node, persist);
    this.snapshots.beforeWritten(node, persist);
  }

  beforeAdminRequest(replica: Replica, request: SimAdminRequest): void {
    this.adminRequests.beforeHandled(replica, request);
  }

  afterAdminAnswer(node: SimNode, answer: AdminAnswer): void {
    this.adminRequests.afterAnswer(node, answer);
  }

  afterAnswer(node: SimNode, answer: Answer): void {
    this.clients.afterAnswer(node, answer);
  }

  /** Runs the checks that are too slow for every step. */
  checkWhole(nodes: readonly SimNode[]): void {
    for (const node of nodes) {
      if (!node.replica) continue;
      this.#logs.checkWhole(node, node.replica.raftState);
      this.#machines.check(node, node.replica);
      this.#bounds.checkUncommitted(node, node.replica.raftState);
    }
  }
}
