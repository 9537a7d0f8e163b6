/**
 * The ghost: the log that the cluster has committed, with the state at each index, kept outside the
 * nodes. Checks what nodes commit against it. Whole logs are checked in logs.ts.
 */

import { type Reply, StateMachine } from '../../../src/kv/index.js';
import {
  type Configuration,
  decodeConfiguration,
  type Entry,
  type LogIndex,
  type Persist,
  type RaftState,
} from '../../../src/raft/index.js';
import { majority } from '../../../src/raft/quorum.js';
import type { Members } from '../disk.js';
import { noMembers, type SimNode } from '../node.js';
import { violate } from '../violation.js';
import { isSame } from './logs.js';
import { copyOf } from './machine-copy.js';
import { SessionModel } from './session-model.js';

interface CommittedEntry {
  readonly entry: Entry;
  /** The term of the leader that committed it. */
  readonly commitTerm: number;
  readonly reply: Reply | null;
  /** The configuration in force from this entry on. */
  readonly members: Members;
}

/**
 * Records an entry when the first node knows that it is committed; from then on it must not change.
 * Records the state machine after each entry too.
 */
export class Committed {
  readonly #nodes: readonly SimNode[];
  readonly #entries: CommittedEntry[] = [];
  readonly #machines: StateMachine[] = [new StateMachine()];
  readonly #commitIndexes: number[];
  readonly #first: Members;
  readonly #sessions = new SessionModel();
  #configurations = 0;

  constructor(nodes: readonly SimNode[], first: Configuration) {
    this.#nodes = nodes;
    this.#first = { index: 0, configuration: first };
    this.#commitIndexes = nodes.map(() => 0);
  }

  get lastIndex(): number {
    return this.#entries.length;
  }

  /** The term of the leader that committed last. 0 before the first commit. */
  get commitTerm(): number {
    return this.#entries.at(-1)?.commitTerm ?? 0;
  }

  /** The number of configurations that were committed. */
  get configurations(): number {
    return this.#configurations;
  }

  /** Returns the entry at an index. Undefined past the end. */
  at(index: number): CommittedEntry | undefined {
    return this.#entries[index - 1];
  }

  entriesTo(index: number): Entry[] {
    return this.#entries.slice(0, index).map(({ entry }) => entry);
  }

  machineAt(index: number): StateMachine | undefined {
    return this.#machines[index];
  }

  /** Returns the term at an index, 0 before the log. Undefined past the end. */
  termAt(index: number): number | undefined {
    return index === 0 ? 0 : this.at(index)?.entry.term;
  }

  /** Returns the configuration in force at an index, and its own index. */
  membersAt(index: number): Members {
    return this.at(index)?.members ?? this.#first;
  }

  /** The latest committed configuration. */
  get configuration(): Configuration {
    return this.membersAt(this.lastIndex).configuration;
  }

  /** Returns whether no configuration that is in force, or may come into force, names the node. */
  isOutside({ id }: SimNode): boolean {
    if (isMember(this.configuration, id)) return false;
    const { index } = this.membersAt(this.lastIndex);
    return this.#nodes.every((node) => {
      const latest = latestMembers(node);
      return latest.index <= index || !isMember(latest.configuration, id);
    });
  }

  /**
   * Returns whether in addition no remaining log says that the node ever was a member. Only then
   * may it return with an empty disk: under an old configuration it could vote or be elected
   * without the entries and the vote that it has lost.
   */
  isForgotten(node: SimNode): boolean {
    if (!this.isOutside(node)) return false;
    const removedAt = this.#entries.findLastIndex(({ members: { configuration } }) =>
      isMember(configuration, node.id),
    );
    const isNamedAtFirst = isMember(this.#first.configuration, node.id);
    const goneBy = removedAt < 0 && !isNamedAtFirst ? 0 : removedAt + 2;
    return this.#nodes.every((other) => other === node || beginsBehind(other, goneBy));
  }

  afterStart(node: SimNode, { commitIndex }: Readonly<RaftState>): void {
    this.#commitIndexes[node.index] = commitIndex;
  }

  afterInput(node: SimNode, raft: Readonly<RaftState>): void {
    const before = this.#commitIndexes[node.index] as number;
    const { commitIndex, log } = raft;
    if (commitIndex === before) return;
    if (commitIndex < before) {
      violate('monotonic', `commitIndex of ${node.id} falls from ${before} to ${commitIndex}`);
    }
    this.#commitIndexes[node.index] = commitIndex;
    if (raft.leadership !== null && log.termAt(commitIndex) !== raft.currentTerm) {
      violate('commit-rule', `${node.id} commits ${commitIndex}, which is of an older term`);
    }
    const lastBefore = this.lastIndex;
    for (let index = before + 1; index <= commitIndex; index += 1) {
      const known = this.at(index);
      // The node's snapshot covers it.
      if (known && index <= log.base.index) continue;
      const entry = log.entryAt(index as LogIndex);
      if (!entry) violate('committed-prefix', `${node.id} commits ${index}, which it lacks`);
      if (!known) this.#commit(node, raft, entry);
      else if (!isSame(known.entry, entry)) {
        violate('committed-prefix', `${node.id} commits another entry at ${index}`);
      }
    }
    if (this.lastIndex > lastBefore) this.#checkElectable();
  }

  /** Checks that a new leader holds all entries committed in earlier terms (3.6.3). */
  afterElection(node: SimNode, { currentTerm, log }: Readonly<RaftState>): void {
    let index = this.lastIndex;
    while (index > 0 && (this.at(index)?.commitTerm ?? 0) >= currentTerm) index -= 1;
    if (!logHolds(log, index, this.termAt(index))) {
      violate('leader-completeness', `${node.id} leads term ${currentTerm} without ${index}`);
    }
  }

  /** Checks that no node without all committed entries could win the next election. */
  afterCrash(): void {
    this.#checkElectable();
  }

  /**
   * Called before a write completes. It may remove a copy of a committed entry that no leader
   * counted, but a majority must keep its copies.
   */
  beforeWritten(node: SimNode, persist: Persist): void {
    const { disk } = node;
    const last = Math.min(disk.lastIndex, this.lastIndex);
    for (let index = firstRemoved(persist); index <= last; index += 1) {
      const { term } = (this.at(index) as CommittedEntry).entry;
      const first = persist.entries[0]?.index ?? index;
      const isKept = persist.entries[index - first]?.term === term;
      if (isKept || !disk.holds(index, term)) continue;
      this.#checkQuorums(node, index, term);
    }
  }

  /** Checks that every quorum of the current voters holds the entry without this node's copy. */
  #checkQuorums({ id }: SimNode, index: number, term: number): void {
    const { voters } = this.configuration;
    const holders = this.#nodes.filter(
      (node) => node.id !== id && voters.includes(node.id) && node.disk.holds(index, term),
    );
    if (voters.length - holders.length < majority(voters.length)) return;
    violate(
      'quorum-durable',
      `${id} removes ${index}, and only ${holders.length} other disks hold it`,
    );
  }

  #commit(node: SimNode, raft: Readonly<RaftState>, entry: Entry): void {
    const { currentTerm, configuration } = raft;
    this.#checkDurable(node, configuration, entry);
    const isConfiguration = entry.kind === 'configuration';
    if (isConfiguration) this.#configurations += 1;
    const members = isConfiguration
      ? { index: entry.index, configuration: decodeConfiguration(entry.data) }
      : this.membersAt(this.lastIndex);
    const before = this.#machines[this.lastIndex] as StateMachine;
    let reply: Reply | null = null;
    if (entry.kind === 'command') {
      const machine = copyOf(before);
      reply = machine.apply(entry.data);
      this.#sessions.check(entry.data, before, machine, reply);
      this.#machines.push(machine);
    } else if (entry.kind === 'noop' && before.parts.unfinished.length > 0) {
      const machine = copyOf(before);
      machine.termBegins();
      this.#machines.push(machine);
    } else {
      this.#machines.push(before);
    }
    if (entry.kind === 'noop') this.#sessions.termBegins();
    this.#entries.push({ entry, commitTerm: currentTerm, reply, members });
  }

  /** Counts synced copies only. The leader's own need not be among them (10.2.1). */
  #checkDurable({ id }: SimNode, { voters }: Configuration, { index, term }: Entry): void {
    let copies = 0;
    for (const { id: holder, disk } of this.#nodes) {
      if (voters.includes(holder) && disk.holds(index, term)) copies += 1;
    }
    if (copies >= majority(voters.length)) return;
    violate('quorum-durable', `${id} commits ${index}, which only ${copies} disks of voters hold`);
  }

  #checkElectable(): void {
    const last = this.#entries.at(-1);
    if (!last) return;
    const { index, term } = last.entry;
    for (const candidate of this.#nodes) {
      if (holdsNow(candidate, index, term)) continue;
      const { voters } = latestMembers(candidate).configuration;
      let votes = 0;
      for (const voter of this.#nodes) {
        if (voters.includes(voter.id) && isUpToDate(candidate, voter)) votes += 1;
      }
      if (voters.length > 0 && votes >= majority(voters.length)) {
        violate('leader-completeness', `${candidate.id} could win a term without ${index}`);
      }
    }
  }
}

function isMember({ voters, learners }: Configuration, id: SimNode['id']): boolean {
  return voters.includes(id) || learners.includes(id);
}

/** Returns whether a node's log begins at or after an index. An empty node qualifies. */
function beginsBehind({ replica, disk }: SimNode, index: number): boolean {
  const log = replica?.raftState.log ?? disk;
  if (disk.lastIndex === 0 && log.lastIndex === 0) return disk.members.configuration === noMembers;
  return disk.base.index >= index && log.base.index >= index;
}

/** Returns the latest configuration in the node's log, or on its disk while it is dead. */
function latestMembers({ replica, disk }: SimNode): Members {
  if (!replica) return disk.members;
  const { configurationIndex: index, configuration } = replica.raftState.log;
  return { index, configuration };
}

function firstRemoved({ entries, snapshot }: Persist): number {
  const first = entries[0]?.index ?? Number.POSITIVE_INFINITY;
  const install = snapshot?.install;
  return install && !install.keepsLog ? Math.min(first, install.snapshot.index + 1) : first;
}

/**
 * Returns whether a log holds an entry. Entries below its base are committed, so it counts as held.
 */
function logHolds(log: RaftState['log'], index: number, term: number | undefined): boolean {
  return index < log.base.index || log.termAt(index as LogIndex) === term;
}

/**
 * Returns whether a node would have an entry in an election now: in its log, or on its disk if
 * dead.
 */
function holdsNow({ replica, disk }: SimNode, index: number, term: number): boolean {
  return replica ? logHolds(replica.raftState.log, index, term) : disk.holds(index, term);
}

function isUpToDate(candidate: SimNode, voter: SimNode): boolean {
  const terms = lastTerm(candidate) - lastTerm(voter);
  return terms !== 0 ? terms > 0 : lastIndex(candidate) >= lastIndex(voter);
}

function lastIndex({ replica, disk }: SimNode): number {
  return replica ? replica.raftState.log.lastIndex : disk.lastIndex;
}

function lastTerm({ replica, disk }: SimNode): number {
  return replica ? replica.raftState.log.lastTerm : disk.lastTerm;
}
