import { Machine, type Reply } from '../../../src/kv/index.js';
import type { Entry, LogIndex, Persist, RaftState } from '../../../src/raft/index.js';
import type { SimNode } from '../node.js';
import { violate } from '../violation.js';
import { isSame } from './logs.js';

interface CommittedEntry {
  readonly entry: Entry;
  /** The term of the leader that committed it. */
  readonly commitTerm: number;
  readonly reply: Reply | null;
}

/**
 * The log that the cluster has committed, as a ghost keeps it: an entry goes in when the first node
 * knows it committed, and then never changes. With it goes the state machine at each index.
 */
export class Committed {
  readonly #nodes: readonly SimNode[];
  readonly #entries: CommittedEntry[] = [];
  readonly #machines: Machine[] = [new Machine()];
  readonly #commitIndexes: number[];

  constructor(nodes: readonly SimNode[]) {
    this.#nodes = nodes;
    this.#commitIndexes = nodes.map(() => 0);
  }

  get lastIndex(): number {
    return this.#entries.length;
  }

  /** Undefined past the end. */
  at(index: number): CommittedEntry | undefined {
    return this.#entries[index - 1];
  }

  machineAt(index: number): Machine | undefined {
    return this.#machines[index];
  }

  afterStart(node: SimNode): void {
    this.#commitIndexes[node.index] = 0;
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
      const entry = log.entryAt(index as LogIndex);
      if (!entry) violate('committed-prefix', `${node.id} commits ${index}, which it lacks`);
      const known = this.at(index);
      if (!known) this.#commit(node, raft, entry);
      else if (!isSame(known.entry, entry)) {
        violate('committed-prefix', `${node.id} commits another entry at ${index}`);
      }
    }
    if (this.lastIndex > lastBefore) this.#checkElectable();
  }

  /** Whoever wins an election holds all that was committed in the terms before (3.6.3). */
  afterElection(node: SimNode, { currentTerm, log }: Readonly<RaftState>): void {
    let index = this.lastIndex;
    while (index > 0 && (this.at(index)?.commitTerm ?? 0) >= currentTerm) index -= 1;
    const term = this.at(index)?.entry.term ?? 0;
    if (log.termAt(index as LogIndex) !== term) {
      violate('leader-completeness', `${node.id} leads term ${currentTerm} without ${index}`);
    }
  }

  /** Nor can anyone win the next one who does not. */
  afterCrash(): void {
    this.#checkElectable();
  }

  /**
   * Called before a write counts. A copy may go, since a leader of an older term may have one that
   * nobody counted, but a majority keeps its own.
   */
  beforeWritten({ id, disk }: SimNode, { entries }: Persist): void {
    const first = entries[0]?.index ?? Number.POSITIVE_INFINITY;
    const last = Math.min(disk.lastIndex, this.lastIndex);
    for (let index = first; index <= last; index += 1) {
      const { entry } = this.at(index) as CommittedEntry;
      const isKept = entries[index - first]?.term === entry.term;
      if (isKept || disk.entryAt(index)?.term !== entry.term) continue;
      const copies = this.#copies(entry) - 1;
      if (copies * 2 > this.#nodes.length) continue;
      violate('quorum-durable', `${id} removes ${index}, and ${copies} other disks hold it`);
    }
  }

  #commit(node: SimNode, { currentTerm }: Readonly<RaftState>, entry: Entry): void {
    this.#checkDurable(node, entry);
    const before = this.#machines[this.lastIndex] as Machine;
    let reply: Reply | null = null;
    if (entry.kind === 'command') {
      const machine = copyOf(before);
      reply = machine.apply(entry.data);
      this.#machines.push(machine);
    } else {
      this.#machines.push(before);
    }
    this.#entries.push({ entry, commitTerm: currentTerm, reply });
  }

  /** Synced copies only; the leader's own need not be one of them (10.2.1). */
  #checkDurable(node: SimNode, entry: Entry): void {
    const copies = this.#copies(entry);
    if (copies * 2 > this.#nodes.length) return;
    violate('quorum-durable', `${node.id} commits ${entry.index}, which ${copies} disks hold`);
  }

  #copies({ index, term }: Entry): number {
    let copies = 0;
    for (const { disk } of this.#nodes) if (disk.entryAt(index)?.term === term) copies += 1;
    return copies;
  }

  #checkElectable(): void {
    const last = this.#entries.at(-1);
    if (!last) return;
    const { index, term } = last.entry;
    for (const candidate of this.#nodes) {
      if (termAt(candidate, index) === term) continue;
      let votes = 0;
      for (const voter of this.#nodes) if (isUpToDate(candidate, voter)) votes += 1;
      if (votes * 2 > this.#nodes.length) {
        violate('leader-completeness', `${candidate.id} could win a term without ${index}`);
      }
    }
  }
}

function copyOf({ store }: Machine): Machine {
  const copy = new Machine();
  for (const [key, value] of store.entries()) copy.store.set(key, value);
  return copy;
}

/** What a node would go by if it stood or voted now: its log, or its disk while it is dead. */
function termAt({ replica, disk }: SimNode, index: number): number | undefined {
  if (replica) return replica.raft.log.termAt(index as LogIndex);
  return disk.entryAt(index)?.term;
}

function isUpToDate(candidate: SimNode, voter: SimNode): boolean {
  const terms = lastTerm(candidate) - lastTerm(voter);
  return terms !== 0 ? terms > 0 : lastIndex(candidate) >= lastIndex(voter);
}

function lastIndex({ replica, disk }: SimNode): number {
  return replica ? replica.raft.log.lastIndex : disk.lastIndex;
}

function lastTerm({ replica, disk }: SimNode): number {
  return replica ? replica.raft.log.lastTerm : (disk.entries.at(-1)?.term ?? 0);
}
