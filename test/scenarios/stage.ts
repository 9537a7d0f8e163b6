/**
 * The stage of a scenario: a cluster, its network and clock, and the lines that tell what happens.
 * Which words call which method is in commands.ts.
 */

import assert from 'node:assert/strict';
import { type Message, type NodeId, nodeId, type RaftOptions } from '../../src/raft/index.js';
import { Cluster } from '../raft/cluster.js';
import type { NodeSetup } from '../raft/node.js';
import { describeMembers } from './describe.js';
import { ScenarioNode } from './scenario-node.js';

type Which = (message: Message) => boolean;

/** Marks a line about a message. */
export const arrow = ' <- ';

/** How long, in virtual time, a node may take to time out. */
const timeoutMsMax = 5000;
const stepMs = 10;

export class Stage {
  readonly #lines: string[] = [];
  readonly #setups = new Map<NodeId, NodeSetup>();
  readonly #down = new Set<NodeId>();
  #held: Message[] = [];
  #cluster = new Cluster<ScenarioNode>([]);
  #options: Partial<RaftOptions> = {};
  /** True when the transcript shows messages, not only their consequences. */
  #isDetailed = true;

  get cluster(): Cluster<ScenarioNode> {
    return this.#cluster;
  }

  takeLines(): string[] {
    return this.#lines.splice(0);
  }

  readonly tell = (line: string): void => {
    if (this.#isDetailed || !line.includes(arrow)) this.#lines.push(line);
  };

  begin(size: number, options: Partial<RaftOptions>): void {
    const voters = Array.from({ length: size }, (_, at) => nodeId(`n${at + 1}`));
    this.#options = options;
    for (const id of voters) this.#setups.set(id, { id, voters, options });
    this.#build();
  }

  /** Sets a node's disk at the beginning, or its options. */
  setUp(id: NodeId, setup: Pick<NodeSetup, 'log' | 'currentTerm' | 'options'>): void {
    this.#setups.set(id, { ...this.#setups.get(id), ...setup });
    this.#build();
  }

  get firstMembers(): string {
    const [setup] = this.#setups.values();
    return describeMembers(setup?.voters ?? [], []);
  }

  #build(): void {
    const setups = [...this.#setups.values()];
    this.#cluster = new Cluster(setups.map((setup) => new ScenarioNode(setup, this.tell)));
  }

  node(id: NodeId): ScenarioNode {
    assert.ok(!this.#down.has(id), `${id} is down`);
    return this.#cluster.member(id);
  }

  isDown(id: NodeId): boolean {
    return this.#down.has(id);
  }

  /** Adds a new machine, unless there is one with this id. */
  join(id: NodeId): void {
    if (this.#cluster.members.some((member) => member.id === id)) return;
    const setup = { id, voters: [], options: this.#options };
    this.#cluster.join(new ScenarioNode(setup, this.tell));
  }

  /** Restarts a node with an empty disk. */
  wipe(id: NodeId): void {
    const { members } = this.#cluster;
    members.splice(members.indexOf(this.node(id)), 1);
    this.join(id);
  }

  crash(id: NodeId): void {
    this.node(id).restart();
    this.#down.add(id);
    this.#cluster.pause(id);
  }

  restart(id: NodeId): void {
    assert.ok(this.#down.delete(id), `${id} is not down`);
    this.#cluster.drop(({ to }) => to === id);
    this.#cluster.resume(id);
  }

  /** Lets every node do what is ready, and report its log if that has changed. */
  proceed(): void {
    this.#cluster.collect();
    this.#cluster.drop(({ to }) => this.#down.has(to));
    for (const node of this.#cluster.members) if (!this.#down.has(node.id)) node.tellLog();
  }

  /** Delivers the selected messages in flight one by one, and returns how many there were. */
  deliver(which: Which): number {
    const due = this.#cluster.network.filter(which);
    for (const message of due) this.#deliverOne(message);
    return due.length;
  }

  #deliverOne(message: Message): void {
    const told = this.#lines.length;
    this.#cluster.deliver((candidate) => candidate === message);
    const isLost = !this.#lines.slice(told).some((line) => line.includes(arrow));
    if (isLost)
      this.tell(`${message.to}${arrow}nothing: ${message.type} from ${message.from} is lost`);
    this.proceed();
  }

  deliverAll(): void {
    for (let rounds = 0; this.deliver(() => true) > 0; rounds += 1) {
      assert.ok(rounds < 100, 'the nodes never stop sending messages');
    }
  }

  /** Takes messages out of the network, to be delivered late. */
  hold(which: Which): void {
    this.#held.push(...this.#cluster.network.filter(which));
    this.#cluster.drop(which);
  }

  release(which: Which): void {
    const late = this.#held.filter(which);
    this.#held = this.#held.filter((message) => !which(message));
    for (const message of late) {
      this.#cluster.network.push(message);
      this.#deliverOne(message);
    }
  }

  /** Lets time pass and all messages arrive, and reports only their consequences. */
  advance(ms: number): void {
    this.#quietly(() => this.#cluster.advance(ms, stepMs));
  }

  /** Lets time pass while messages stay in flight. */
  wait(ms: number): void {
    for (let passedMs = 0; passedMs < ms; passedMs += stepMs) {
      this.#cluster.nowMs += stepMs;
      for (const { id } of this.#cluster.members) this.#pass(id, true);
      this.proceed();
    }
  }

  #pass(id: NodeId, ticks: boolean): void {
    const member = this.#cluster.member(id);
    member.setClock(this.#cluster.nowMs);
    if (ticks && !this.#down.has(id)) member.tick();
  }

  settle(): void {
    this.#quietly(() => this.#cluster.settle());
  }

  #quietly(act: () => void): void {
    this.#isDetailed = false;
    act();
    this.proceed();
    this.#isDetailed = true;
  }

  /** Lets the node time out and win, and all nodes learn the commitIndex, without a report. */
  elect(node: ScenarioNode): void {
    const told = this.#lines.length;
    this.timeOut(node);
    this.settle();
    this.advance(2 * node.options.heartbeatIntervalMs);
    this.#lines.length = told;
    assert.ok(node.state.leadership, `${node.id} was not elected`);
  }

  /** Lets time pass until this node's election timer fires. No other follower's timer fires. */
  timeOut(node: ScenarioNode): void {
    const underWay = this.#cluster.network;
    this.#cluster.network = [];
    this.#quietly(() => this.#untilTimeout(node));
    this.#cluster.network = [...underWay, ...this.#cluster.network];
  }

  #untilTimeout(node: ScenarioNode): void {
    const { id } = node;
    assert.ok(!node.state.leadership, `${id} leads`);
    for (let passedMs = 0; passedMs < timeoutMsMax; passedMs += stepMs) {
      this.#cluster.nowMs += stepMs;
      for (const { id, state } of this.#cluster.members) this.#pass(id, state.leadership !== null);
      if (node.state.electionDeadlineMs <= node.state.nowMs) {
        node.tick();
        return;
      }
      this.#cluster.settle();
    }
    assert.fail(`${id} does not time out, since it hears ${node.state.leaderId}`);
  }
}
