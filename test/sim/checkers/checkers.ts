import type { Message, Persist } from '../../../src/raft/index.js';
import type { Answer, Effects, Replica, ReplicaOptions } from '../../../src/replica/index.js';
import type { SimNode } from '../node.js';
import type { Operation } from '../operation.js';
import { Bounds } from './bounds.js';
import { Clients } from './clients.js';
import { Committed } from './committed.js';
import { Durability } from './durability.js';
import { Elections } from './elections.js';
import { HardStates } from './hard-state.js';
import { Logs } from './logs.js';
import { ProgressChecker } from './progress.js';
import { StateMachines } from './state-machine.js';

/** Looks at everything that happens in a world, and keeps what no crash may erase. */
export class Checkers {
  readonly elections = new Elections();
  readonly committed: Committed;
  readonly clients: Clients;
  readonly #logs: Logs;
  readonly #hardStates: HardStates;
  readonly #durability: Durability;
  readonly #progress: ProgressChecker;
  readonly #machines: StateMachines;
  readonly #bounds: Bounds;

  constructor(nodes: readonly SimNode[], limits: Omit<ReplicaOptions, 'id' | 'prngSeed'>) {
    this.committed = new Committed(nodes);
    this.clients = new Clients(this.committed);
    this.#logs = new Logs(nodes.length, this.elections);
    this.#hardStates = new HardStates(nodes.length);
    this.#durability = new Durability(nodes);
    this.#progress = new ProgressChecker(nodes);
    this.#machines = new StateMachines(nodes.length, this.committed);
    this.#bounds = new Bounds(limits);
  }

  afterStart(node: SimNode, { raft }: Replica): void {
    this.#hardStates.afterStart(node);
    this.#durability.afterStart(node, raft);
    this.#logs.afterStart(node, raft);
    this.committed.afterStart(node);
    this.#machines.afterStart(node);
  }

  afterCrash(node: SimNode): void {
    this.elections.afterCrash(node);
    this.committed.afterCrash();
  }

  /** `lastIndexBefore` is the end of the node's log as the request met it. */
  afterRequest(
    node: SimNode,
    { raft }: Replica,
    operation: Operation,
    lastIndexBefore: number,
  ): void {
    this.clients.afterRequest(node, operation, raft, lastIndexBefore);
    this.#bounds.afterRequest(node, raft, operation);
  }

  /** Also after effects are taken; `request` is the operation that the input brought, if any. */
  afterInput(node: SimNode, { raft }: Replica, request: Operation | null): void {
    this.#hardStates.afterInput(node, raft);
    const isElected = this.elections.afterInput(node, raft);
    this.#logs.afterInput(node, raft, request);
    if (isElected) this.committed.afterElection(node, raft);
    this.committed.afterInput(node, raft);
  }

  /** The effects are taken, and none is carried out yet. */
  afterEffects(node: SimNode, replica: Replica, effects: Effects): void {
    const { raft } = replica;
    this.#progress.afterEffects(node, raft);
    this.#machines.afterEffects(node, replica);
    this.#bounds.afterEffects(node, raft, effects);
  }

  /** The answers that were due at a tick are given. */
  afterTick(node: SimNode, { raft }: Replica): void {
    this.#bounds.afterTick(node, raft);
  }

  beforeMessage(node: SimNode, message: Message): void {
    this.#durability.beforeMessage(node, message);
    this.elections.afterMessage(node, message);
  }

  beforeWritten(node: SimNode, persist: Persist): void {
    this.#durability.beforeWritten(node, persist);
    this.committed.beforeWritten(node, persist);
  }

  afterAnswer(node: SimNode, answer: Answer): void {
    this.clients.afterAnswer(node, answer);
  }

  /** What is too much to look at after every step. */
  checkWhole(nodes: readonly SimNode[]): void {
    for (const node of nodes) {
      if (!node.replica) continue;
      this.#logs.checkWhole(node, node.replica.raft);
      this.#machines.check(node, node.replica);
      this.#bounds.checkUncommitted(node, node.replica.raft);
    }
  }
}
