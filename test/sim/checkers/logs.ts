/** Checks every log entry by entry. What is committed is checked in committed.ts. */

import { decodePart, decodeTime } from '../../../src/kv/index.js';
import type { Entry, LogIndex, RaftState } from '../../../src/raft/index.js';
import { logTimeLagMsMax } from '../../../src/replica/replica-options.js';
import type { SimNode } from '../node.js';
import type { Operation } from '../operation.js';
import { violate } from '../violation.js';
import type { Committed } from './committed.js';
import type { Elections } from './elections.js';
import type { Memberships } from './memberships.js';

/** The entries that the leader of one term created, which have consecutive indexes. */
interface TermEntries {
  readonly firstIndex: number;
  /** The term of the entry before the first. */
  readonly prevTerm: number;
  readonly entries: Entry[];
}

/**
 * Checks where each entry came from. If each index and term stand for one entry with one
 * predecessor in all logs, then two logs that share an entry share all entries before it (log
 * matching, 3.5).
 */
export class Logs {
  readonly #elections: Elections;
  readonly #committed: Committed;
  readonly #memberships: Memberships;
  readonly #terms: (TermEntries | undefined)[] = [];
  /** Whole logs from index 1. The part that a snapshot covers comes from the committed log. */
  readonly #copies: Entry[][];
  readonly #bases: number[];
  readonly #leadership: RaftState['leadership'][];

  constructor(nodeCount: number, { elections, committed, memberships }: Ghosts) {
    this.#elections = elections;
    this.#committed = committed;
    this.#memberships = memberships;
    this.#bases = new Array(nodeCount).fill(0);
    this.#copies = Array.from({ length: nodeCount }, () => []);
    this.#leadership = new Array(nodeCount).fill(null);
  }

  /** `logged` are the requests that the node has logged since the last call. */
  afterInput(node: SimNode, raft: Readonly<RaftState>, logged: readonly Operation[]): void {
    const { log, leadership } = raft;
    const wasLeader = leadership !== null && this.#leadership[node.index] === leadership;
    this.#leadership[node.index] = leadership;
    if (this.#bases[node.index] !== log.base.index) this.#rebase(node, raft);
    const copy = this.#copies[node.index] as Entry[];
    const { lastIndex } = log;
    const last = copy[lastIndex - 1];
    if (copy.length === lastIndex && (log.entryAt(lastIndex) ?? last) === last) return;
    const common = commonEnd(log, copy);
    if (common < copy.length && wasLeader) {
      violate('leader-append-only', `leader ${node.id} removes its entries from ${common + 1}`);
    }
    const removed = copy.splice(common);
    for (let index = common + 1; index <= lastIndex; index += 1) {
      const entry = log.entryAt(index as LogIndex) as Entry;
      this.#checkEntry(node, raft, entry, logged);
      copy.push(entry);
    }
    if ([...removed, ...copy.slice(common)].some(isConfiguration)) {
      this.#memberships.checkInForce(node, raft, copy);
    }
  }

  /** Called when a snapshot covers more of the log than before. */
  #rebase(node: SimNode, raft: Readonly<RaftState>): void {
    const { base } = raft.log;
    this.#bases[node.index] = base.index;
    if (this.#committed.termAt(base.index) !== base.term) {
      violate(
        'snapshot-consistent',
        `the log of ${node.id} begins after an entry that is not committed`,
      );
    }
    const copy = this.#copies[node.index] as Entry[];
    if (copy[base.index - 1]?.term === base.term) return;
    const committed = this.#committed.entriesTo(base.index);
    this.#copies[node.index] = committed;
    this.#memberships.checkInForce(node, raft, committed);
  }

  /** Checks that a new life starts with the log on the disk. */
  afterStart(node: SimNode, raft: Readonly<RaftState>): void {
    const { log } = raft;
    const { entries, lastIndex, base } = node.disk;
    const isWhole =
      log.base === base &&
      log.lastIndex === lastIndex &&
      entries.every((entry) => log.entryAt(entry.index) === entry);
    if (!isWhole) {
      violate('durable-state', `${node.id} starts with a log that differs from its disk`);
    }
    const copy = [...this.#committed.entriesTo(base.index), ...entries];
    this.#copies[node.index] = copy;
    this.#bases[node.index] = base.index;
    this.#memberships.checkInForce(node, raft, copy);
  }

  /** Checks every entry again; `afterInput` only checks new ones. */
  checkWhole(node: SimNode, { log }: Readonly<RaftState>): void {
    const copy = this.#copies[node.index] as Entry[];
    for (const entry of copy.slice(log.base.index)) {
      const now = log.entryAt(entry.index);
      if (now === undefined || !isSame(now, entry)) {
        violate('log-matching', `entry ${entry.index} of ${node.id} changed in place`);
      }
    }
  }

  #checkEntry(
    node: SimNode,
    raft: Readonly<RaftState>,
    entry: Entry,
    logged: readonly Operation[],
  ): void {
    const { term, index } = entry;
    const copy = this.#copies[node.index] as Entry[];
    const prevTerm = copy[index - 2]?.term ?? 0;
    let made = this.#terms[term];
    if (made === undefined) {
      made = { firstIndex: index, prevTerm, entries: [] };
      this.#terms[term] = made;
    }
    const at = index - made.firstIndex;
    const known = made.entries[at];
    if (known === undefined) {
      if (at !== made.entries.length || !this.#elections.isLeaderOf(term, node)) {
        violate(
          'entries-from-leader',
          `${node.id} holds ${index} of term ${term}, which its leader did not create`,
        );
      }
      checkOrigin(node, entry, at, logged);
      if (entry.kind === 'command' && decodeTime(entry.data) !== null) {
        this.#checkTime(node, raft, entry);
      }
      if (isConfiguration(entry)) {
        this.#memberships.checkChange(node, raft, { entry, copy, noopIndex: made.firstIndex });
      }
      made.entries.push(entry);
    } else if (!isSame(known, entry) || prevTerm !== (at === 0 ? made.prevTerm : term)) {
      violate('log-matching', `entry ${index} of term ${term} differs on ${node.id}`);
    }
  }

  /** Checks that a leader logs the time only when a key is due, or when the last time is old. */
  #checkTime({ id }: SimNode, { lastApplied }: Readonly<RaftState>, entry: Entry): void {
    const machine = this.#committed.machineAt(lastApplied);
    const dueMs = machine?.store.nextDeadlineMs ?? null;
    const timeMs = decodeTime(entry.data) ?? 0;
    const isOld = machine !== undefined && timeMs - machine.logTimeMs >= logTimeLagMsMax;
    if (dueMs !== null && (dueMs <= timeMs || isOld)) return;
    violate('acknowledged-once', `${id} logs time ${timeMs} although no key is due`);
  }
}

/** The checkers that the logs are compared with. */
interface Ghosts {
  readonly elections: Elections;
  readonly committed: Committed;
  readonly memberships: Memberships;
}

/**
 * Returns the last index up to which the log equals its copy. Their bases are known to be equal.
 */
function commonEnd(log: RaftState['log'], copy: readonly Entry[]): number {
  let common: number = Math.min(copy.length, log.lastIndex);
  while (common > log.base.index && log.termAt(common as LogIndex) !== copy[common - 1]?.term) {
    common -= 1;
  }
  return common;
}

function isConfiguration({ kind }: Entry): boolean {
  return kind === 'configuration';
}

/**
 * Checks that a term begins with a no-op (6.4), and that each command is a request. A part of a
 * command runs nothing before the last one.
 */
function checkOrigin(
  { id }: SimNode,
  entry: Entry,
  at: number,
  logged: readonly Operation[],
): void {
  const { index, term, kind, data } = entry;
  if ((kind === 'noop') !== (at === 0)) {
    violate('no-op-first', `${id} begins term ${term} with a ${kind}`);
  }
  if (kind !== 'command' || decodeTime(data) !== null) return;
  const part = decodePart(data);
  if (part && part.number < part.count - 1) return;
  if (logged.some((operation) => operation.index === index && operation.term === term)) return;
  violate('acknowledged-once', `${id} logs ${index}, which is not the current request`);
}

export function isSame(a: Entry, b: Entry): boolean {
  if (a === b) return true;
  return a.index === b.index && a.term === b.term && a.kind === b.kind && a.data === b.data;
}
