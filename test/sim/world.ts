/**
 * A whole simulation: the nodes of cluster.ts with the clients, operators and faults that act on
 * them. All randomness comes from one seed.
 */

import type { Prng } from '../../src/base/prng.js';
import type { Command } from '../../src/kv/index.js';
import type { ReadMode } from '../../src/raft/index.js';
import { newAdminRequest, type SimAdminRequest } from './admin-request.js';
import { Cluster, type WorldOptions } from './cluster.js';
import { Faults } from './faults.js';
import { exponential } from './network.js';
import type { SimNode } from './node.js';
import { newOperation, type Operation, SimClient } from './operation.js';
import { Operators } from './operators.js';
import type { Settings } from './settings.js';
import { Workload } from './workload.js';

/** A cluster with clients, operators and faults. */
export class World extends Cluster {
  readonly #workload: Workload;
  readonly #operators: Operators;
  readonly #faults: Faults;
  #quietUntilMs = 0;

  constructor(settings: Settings, prng: Prng, options: WorldOptions) {
    super(settings, prng, options);
    this.#workload = new Workload(this.nodes, settings.workload, prng);
    this.#operators = new Operators(this.nodes, settings.operators, prng);
    this.#faults = new Faults(settings.faults, prng);
    for (let client = 0; client < settings.workload.clientCount; client += 1) {
      this.#scheduleClient(client);
    }
    if (settings.operators.kinds.length > 0) this.#scheduleOperator();
    this.#scheduleFault();
  }

  /** Runs the next event. */
  advance(): void {
    const event = this.queue.take();
    if (!event) return;
    this.nowMs = event.atMs;
    if (event.node) this.dispatch(event, event.node);
    else if (this.isCalm) return;
    else if (event.kind === 'client') this.#letClientSend(event.detail);
    else if (event.kind === 'echo') this.#letEchoRead();
    else if (event.kind === 'operator') this.#letOperatorAct();
    else if (event.kind === 'trap') this.#faults.spring(this);
    else this.#letFaultStrike();
  }

  /** Ends all faults and the workload, and repairs every node. */
  calm(): void {
    this.isCalm = true;
    this.network.calm();
    const { writeMsMin, writeMsMean } = this.disk;
    this.disk = { writeMsMin, writeMsMean: Math.min(writeMsMean, writeMsMin * 5) };
    for (const node of this.nodes) this.repair(node);
  }

  /** Sends one request on a new connection. */
  send(node: SimNode, command: Command, readMode: ReadMode): Operation {
    const client = new SimClient(readMode);
    const connection = { node, life: node.life, client, operations: [] };
    const operation = newOperation(0, connection, command, this.checkers.clients.observedIndex);
    this.#request(operation);
    this.maybeTakeTurn(node);
    return operation;
  }

  override answered(operation: Operation): void {
    if (this.isCalm || !this.#workload.willEcho(operation)) return;
    const delayMs = exponential(this.prng, this.settings.network.delayMsMean);
    this.queue.add(this.nowMs + delayMs, 'echo', null);
  }

  mayWipe(node: SimNode): boolean {
    return this.checkers.committed.isForgotten(node);
  }

  transferAndCut(leader: SimNode, target: SimNode): void {
    this.leaderToCutOff = leader;
    this.#sendAdmin(newAdminRequest(leader, { type: 'transfer', target: target.id }));
  }

  leaveAlone(untilMs: number): void {
    this.#quietUntilMs = untilMs;
  }

  springTrap(atMs: number): void {
    this.queue.add(atMs, 'trap', null);
  }

  #scheduleClient(client: number): void {
    const meanMs = this.settings.workload.thinkMsMean * this.#workload.delayFactor(client);
    this.queue.add(this.nowMs + exponential(this.prng, meanMs), 'client', null, client);
  }

  #letClientSend(client: number): void {
    this.#scheduleClient(client);
    const operations = this.#workload.drawBurst(client, this.checkers.clients.observedIndex);
    const isOneByOne = this.prng.chance(0.5);
    for (const operation of operations) {
      this.#request(operation);
      if (isOneByOne) this.maybeTakeTurn(operation.connection.node);
    }
    const last = operations.at(-1);
    if (last && !isOneByOne) this.maybeTakeTurn(last.connection.node);
  }

  #letEchoRead(): void {
    const operation = this.#workload.drawEcho(this.checkers.clients.observedIndex);
    if (!operation) return;
    this.#request(operation);
    this.maybeTakeTurn(operation.connection.node);
  }

  #request(operation: Operation): void {
    const { node, life } = operation.connection;
    if (node.replica === null || node.life !== life) {
      operation.status = 'unknown';
      return;
    }
    node.openOperations.add(operation);
    node.offer({ type: 'request', request: operation });
  }

  #scheduleOperator(): void {
    const waitMs = exponential(this.prng, this.settings.operators.everyMsMean);
    this.queue.add(this.nowMs + waitMs, 'operator', null);
  }

  #letOperatorAct(): void {
    this.#scheduleOperator();
    for (const request of this.#operators.draw(this.checkers.committed.configuration)) {
      this.#sendAdmin(request);
    }
  }

  #sendAdmin(request: SimAdminRequest): void {
    const { node, life } = request;
    if (node.replica === null || node.life !== life) return;
    node.openAdminRequests.add(request);
    node.offer({ type: 'admin', request });
    this.maybeTakeTurn(node);
  }

  #scheduleFault(): void {
    const waitMs = exponential(this.prng, this.settings.faults.everyMsMean);
    this.queue.add(Math.max(this.nowMs, this.#quietUntilMs) + waitMs, 'fault', null);
  }

  #letFaultStrike(): void {
    this.steps += 1;
    const kind = this.#faults.draw();
    this.trace?.add(this.nowMs, '--', `fault ${kind}`);
    this.#faults.strike(kind, this);
    this.#scheduleFault();
  }
}
