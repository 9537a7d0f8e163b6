/**
 * Runs the turns of nodes as the driver of a real node does, except that disk, network and clock
 * are virtual and that a node may crash before any of its effects.
 */

import type { Prng } from '../../src/base/prng.js';
import type { ChunkRequest, Message, NodeId } from '../../src/raft/index.js';
import type { AdminAnswer, Answer, Effects, Input, Replica } from '../../src/replica/index.js';
import { adminRequestText, type SimAdminRequest } from './admin-request.js';
import type { Checkers } from './checkers/checkers.js';
import { hearingOf } from './checkers/elections.js';
import type { EventQueue } from './event-queue.js';
import { exponential, type Network } from './network.js';
import type { SimNode } from './node.js';
import type { Operation } from './operation.js';
import type { DiskSettings } from './settings.js';
import {
  inputText,
  messageText,
  operationText,
  outcomeText,
  persistText,
  type Trace,
} from './trace.js';

/** What a turn needs from the world. */
interface DriverContext {
  readonly nowMs: number;
  readonly prng: Prng;
  readonly queue: EventQueue;
  readonly network: Network;
  readonly checkers: Checkers;
  readonly trace: Trace | null;
  readonly disk: DiskSettings;
  readonly drainsEffects: boolean;
  /** How late a second copy of a TimeoutNow may be. 0 when none is sent. */
  readonly lateTimeoutMsMax: number;
  nodeOf(id: NodeId): SimNode | undefined;
  crash(node: SimNode): void;
  /** Called when a client has received its answer. */
  answered(operation: Operation): void;
}

/** The most times that one turn takes effects while more are ready. */
const turnsMax = 10_000;

/** Hands a node its gathered inputs, takes its effects and carries them out. */
export class Driver {
  readonly #world: DriverContext;
  /** A hash of everything that has happened. Equal hashes mean that two runs were equal. */
  hash = 0;

  constructor(world: DriverContext) {
    this.#world = world;
  }

  takeTurn(node: SimNode, replica: Replica): void {
    const { nowMs } = this.#world;
    replica.handle({ type: 'clock', nowMs: node.clock.at(nowMs) });
    const inputs = node.takeInbox();
    for (const input of inputs) this.#handle(node, replica, input);
    for (let turn = 0; turn < turnsMax; turn += 1) {
      const { lastIndex } = replica.raftState.log;
      const effects = replica.takeEffects();
      this.#world.checkers.afterEffects(node, replica, effects, lastIndex);
      this.#mix(node, replica, effects);
      node.hasMore = effects.hasMore;
      if (!this.#carryOut(node, effects)) return;
      if (!effects.hasMore || !this.#world.drainsEffects) break;
    }
    if (inputs.some(isTick)) this.#world.checkers.afterTick(node, replica);
  }

  #handle(node: SimNode, replica: Replica, input: Input): void {
    const { checkers, trace, nowMs } = this.#world;
    trace?.add(nowMs, node.id, inputText(input));
    if (input.type === 'admin')
      checkers.beforeAdminRequest(replica, input.request as SimAdminRequest);
    if (input.type !== 'request') {
      const before = hearingOf(replica.raftState);
      replica.handle(input);
      checkers.afterInput(node, replica);
      if (input.type === 'message' && input.message.type === 'PreVote')
        checkers.elections.afterPreVote(node, before, replica.raftState);
      return;
    }
    const { lastIndex } = replica.raftState.log;
    replica.handle(input);
    checkers.afterRequest(node, replica, input.request as Operation, lastIndex);
  }

  #mix(node: SimNode, { raftState: raft }: Replica, { messages, answers }: Effects): void {
    this.#mixNumber(this.#world.nowMs * 1000);
    this.#mixNumber(node.index * 8 + messages.length);
    this.#mixNumber(raft.currentTerm * 64 + answers.length);
    this.#mixNumber(raft.log.lastIndex);
    this.#mixNumber(raft.commitIndex);
  }

  #mixNumber(value: number): void {
    this.hash = Math.imul(this.hash ^ value, 0x01000193);
  }

  /** Carries the kinds of effects out in a random order, since the replica promises none. */
  #carryOut(node: SimNode, effects: Effects): boolean {
    switch (this.#world.prng.below(3)) {
      case 0:
        return (
          this.#write(node, effects) && this.#send(node, effects) && this.#answer(node, effects)
        );
      case 1:
        return (
          this.#send(node, effects) && this.#answer(node, effects) && this.#write(node, effects)
        );
      default:
        return (
          this.#answer(node, effects) && this.#write(node, effects) && this.#send(node, effects)
        );
    }
  }

  /** Returns false when the node crashes before its next effect. */
  #survives(node: SimNode): boolean {
    if (node.effectsUntilCrash < 0) return true;
    node.effectsUntilCrash -= 1;
    if (node.effectsUntilCrash >= 0) return true;
    this.#world.crash(node);
    return false;
  }

  #write(node: SimNode, { persist }: Effects): boolean {
    if (persist === null) return true;
    if (!this.#survives(node)) return false;
    const { prng, queue, nowMs, disk, trace } = this.#world;
    trace?.add(nowMs, node.id, persistText(persist));
    const writeMs = disk.writeMsMin + exponential(prng, disk.writeMsMean);
    const number = node.disk.begin(persist);
    const writtenAtMs = nowMs + writeMs * node.diskSlowness;
    node.diskBusyUntilMs = Math.max(node.diskBusyUntilMs, writtenAtMs);
    queue.add(writtenAtMs, 'written', node, number);
    if (persist.snapshot?.install && node.crashesAtInstall) this.#crashAtInstall(node, writeMs);
    return true;
  }

  /** Schedules a crash shortly before or after the install becomes durable. */
  #crashAtInstall(node: SimNode, writeMs: number): void {
    const { prng, queue, nowMs } = this.#world;
    node.crashesAtInstall = false;
    const untilMs = prng.next() * writeMs * node.diskSlowness * 1.5;
    queue.add(nowMs + untilMs, 'crash', node, node.life);
  }

  #send(node: SimNode, { messages, chunkRequests }: Effects): boolean {
    for (const request of chunkRequests) {
      if (!this.#survives(node)) return false;
      this.#read(node, request);
    }
    for (const message of messages) {
      if (!this.#survives(node)) return false;
      this.#world.checkers.beforeMessage(node, message);
      this.#post(node, message);
    }
    return true;
  }

  #read(node: SimNode, request: ChunkRequest): void {
    const { prng, queue, nowMs, disk } = this.#world;
    const readMs = disk.writeMsMin + exponential(prng, disk.writeMsMean);
    const readAtMs = nowMs + readMs * node.diskSlowness;
    node.diskBusyUntilMs = Math.max(node.diskBusyUntilMs, readAtMs);
    queue.add(readAtMs, 'chunk', node, node.life, null, request);
  }

  #post(node: SimNode, message: Message): void {
    const { network, nowMs, queue, trace } = this.#world;
    const to = this.#world.nodeOf(message.to);
    if (!to) return;
    this.#maybeRepeatLate(node, to, message);
    const arrivals = network.isDuplicated() ? 2 : 1;
    for (let copy = 0; copy < arrivals; copy += 1) {
      const atMs = network.arrivalMs(node.index, to.index, nowMs);
      trace?.add(nowMs, node.id, `-> ${messageText(message)}${atMs === null ? ' LOST' : ''}`);
      if (atMs !== null) queue.add(atMs, 'message', to, node.index, message);
    }
  }

  /** Lets a copy of a TimeoutNow arrive when another leader may be in office. */
  #maybeRepeatLate(node: SimNode, to: SimNode, message: Message): void {
    const { nowMs, queue, prng, lateTimeoutMsMax } = this.#world;
    if (message.type !== 'TimeoutNow' || lateTimeoutMsMax === 0) return;
    const atMs = this.#world.network.arrivalMs(node.index, to.index, nowMs);
    if (atMs === null) return;
    queue.add(atMs + prng.next() * lateTimeoutMsMax, 'message', to, node.index, message);
  }

  #answer(node: SimNode, { answers, adminAnswers }: Effects): boolean {
    for (const answer of answers) {
      if (!this.#survives(node)) return false;
      this.#answerClient(node, answer);
    }
    for (const answer of adminAnswers) {
      if (!this.#survives(node)) return false;
      this.#answerOperator(node, answer);
    }
    return true;
  }

  #answerOperator(node: SimNode, answer: AdminAnswer): void {
    const { checkers, trace, nowMs } = this.#world;
    const text =
      trace && `answers ${adminRequestText(answer.request)}: ${JSON.stringify(answer.outcome)}`;
    if (text) trace.add(nowMs, node.id, text);
    checkers.afterAdminAnswer(node, answer);
    node.openAdminRequests.delete(answer.request as SimAdminRequest);
  }

  #answerClient(node: SimNode, answer: Answer): void {
    const { checkers, trace, nowMs } = this.#world;
    const operation = answer.request as Operation;
    const text = trace && `answers ${operationText(operation)}: ${outcomeText(answer.outcome)}`;
    if (text) trace.add(nowMs, node.id, text);
    checkers.afterAnswer(node, answer);
    node.openOperations.delete(operation);
    this.#world.answered(operation);
  }
}

function isTick({ type }: Input): boolean {
  return type === 'tick';
}
