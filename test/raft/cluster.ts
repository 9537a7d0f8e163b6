/**
 * A cluster of nodes under one clock and a network that a test controls message by message. Here
 * scenarios are played by hand; the random, exhaustive simulator is in test/sim.
 */

import assert from 'node:assert/strict';
import {
  type Message,
  type NodeId,
  nodeId,
  type RaftOptions,
  type RaftState,
  type Role,
} from '../../src/raft/index.js';
import { Node, type NodeSetup } from './node.js';

/** What a cluster needs of a member: a Raft, or something built around one. */
export interface Member {
  readonly id: NodeId;
  readonly state: Readonly<RaftState>;
  readonly options: RaftOptions;
  setClock(nowMs: number): void;
  tick(): void;
  step(message: Message): void;
  /** Runs turns until nothing is left to do, and returns the messages to send. */
  run(): readonly Message[];
}

type Which = (message: Message) => boolean;

/** The network loses only what a test drops, cuts, or takes out of `network`. */
export class Cluster<M extends Member = Node> {
  readonly members: M[];
  /** The messages in flight, oldest first. */
  network: Message[] = [];
  nowMs = 0;
  readonly #cuts = new Set<string>();
  readonly #paused = new Set<NodeId>();

  constructor(members: readonly M[]) {
    this.members = [...members];
  }

  /** Adds a machine that is not a member of the configuration yet. */
  join(member: M): void {
    member.setClock(this.nowMs);
    this.members.push(member);
  }

  member(id: NodeId): M {
    const member = this.members.find((candidate) => candidate.id === id);
    assert.ok(member, `${id} is no member`);
    return member;
  }

  /** The leader of the highest term. */
  get leader(): M {
    const [leader] = this.inRole('leader').sort(
      (a, b) => b.state.currentTerm - a.state.currentTerm,
    );
    assert.ok(leader, 'there is no leader');
    return leader;
  }

  inRole(role: Role): M[] {
    return this.members.filter((member) => member.state.role === role);
  }

  /** Runs all members, and puts what they send into the network. */
  collect(): void {
    for (const member of this.members) {
      if (!this.#paused.has(member.id)) this.network.push(...member.run());
    }
  }

  /** Delivers the messages in flight that `which` selects, and returns how many there were. */
  deliver(which: Which = () => true): number {
    const due = this.network.filter((message) => which(message) && !this.#paused.has(message.to));
    this.drop((message) => due.includes(message));
    for (const message of due) {
      const isCut = this.#cuts.has(`${message.from}>${message.to}`);
      const receiver = this.members.find(({ id }) => id === message.to);
      if (!isCut) receiver?.step(message);
    }
    this.collect();
    return due.length;
  }

  /** Loses the messages in flight that `which` selects. */
  drop(which: Which = () => true): void {
    this.network = this.network.filter((message) => !which(message));
  }

  /** Delivers all messages, and those that follow from them, until there are none. */
  settle(): void {
    this.collect();
    for (let rounds = 0; this.deliver() > 0; rounds += 1) {
      assert.ok(rounds < 1000, 'the members never stop sending messages');
    }
  }

  /** Lets time pass for all members in small steps, and delivers all messages. */
  advance(ms: number, stepMs = 10): void {
    for (let passed = 0; passed < ms; passed += stepMs) {
      this.nowMs += stepMs;
      for (const member of this.members) {
        if (this.#paused.has(member.id)) continue;
        member.setClock(this.nowMs);
        member.tick();
      }
      this.settle();
    }
  }

  /** Lets so much time pass that no leader counts as alive, but only `id` campaigns. */
  campaign(id: NodeId): void {
    const { options } = this.member(id);
    this.nowMs += options.electionTimeoutMsMax;
    for (const member of this.members) member.setClock(this.nowMs);
    this.member(id).tick();
    this.collect();
  }

  elect(id: NodeId): void {
    this.campaign(id);
    this.settle();
    assert.equal(this.member(id).state.role, 'leader', `${id} was not elected`);
  }

  /** Cuts the link in one direction. */
  cut(from: NodeId, to: NodeId): void {
    this.#cuts.add(`${from}>${to}`);
  }

  cutBothWays(a: NodeId, b: NodeId): void {
    this.cut(a, b);
    this.cut(b, a);
  }

  isolate(...ids: readonly NodeId[]): void {
    for (const id of ids) {
      for (const other of this.members) if (other.id !== id) this.cutBothWays(id, other.id);
    }
  }

  heal(): void {
    this.#cuts.clear();
  }

  /** Stops a member: no timers, no turns. Messages to it wait. */
  pause(id: NodeId): void {
    this.#paused.add(id);
  }

  resume(id: NodeId): void {
    this.#paused.delete(id);
    this.member(id).setClock(this.nowMs);
  }
}

/** Returns a new machine, which has an empty disk and knows no members. */
export function newcomer(id: NodeId, options: Partial<RaftOptions> = {}): Node {
  return new Node({ id, voters: [], options });
}

/** Returns the members n1 to n<size>, all with an empty disk. */
export function clusterOf(size: number, options: Partial<RaftOptions> = {}): Cluster {
  return clusterWith(Array.from({ length: size }, () => ({ options })));
}

/** Returns the members n1, n2, ..., each with the disk and the options of its setup. */
export function clusterWith(setups: readonly Omit<NodeSetup, 'id' | 'voters'>[]): Cluster {
  const voters = setups.map((_, at) => nodeId(`n${at + 1}`));
  return new Cluster(voters.map((id, at) => new Node({ ...setups[at], id, voters })));
}
