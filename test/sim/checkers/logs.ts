import type { Entry, RaftState } from '../../../src/raft/index.js';
import type { SimNode } from '../node.js';
import type { Operation } from '../operation.js';
import { violate } from '../violation.js';
import type { Elections } from './elections.js';

/** The entries that the leader of one term made: a run without a gap. */
interface TermEntries {
  readonly firstIndex: number;
  /** The term of the entry before the first. */
  readonly prevTerm: number;
  readonly entries: Entry[];
}

/**
 * Where an entry came from, by index and term. If each (index, term) stands for one entry with one
 * predecessor in all logs, then two logs that share one share all before it (log matching, 3.5).
 */
export class Logs {
  readonly #elections: Elections;
  readonly #terms: (TermEntries | undefined)[] = [];
  readonly #copies: Entry[][];
  readonly #leadership: RaftState['leadership'][];

  constructor(nodeCount: number, elections: Elections) {
    this.#elections = elections;
    this.#copies = Array.from({ length: nodeCount }, () => []);
    this.#leadership = new Array(nodeCount).fill(null);
  }

  /** `request` is the operation that the input brought, if any. */
  afterInput(node: SimNode, raft: Readonly<RaftState>, request: Operation | null): void {
    const { log, leadership } = raft;
    const copy = this.#copies[node.index] as Entry[];
    const wasLeader = leadership !== null && this.#leadership[node.index] === leadership;
    this.#leadership[node.index] = leadership;
    const { lastIndex } = log;
    if (copy.length === lastIndex && log.entryAt(lastIndex) === copy[lastIndex - 1]) return;
    let common = Math.min(copy.length, lastIndex);
    while (common > 0 && log.termAt(common as typeof lastIndex) !== copy[common - 1]?.term) {
      common -= 1;
    }
    if (common < copy.length && wasLeader) {
      violate('leader-append-only', `leader ${node.id} removes its entries from ${common + 1}`);
    }
    copy.length = common;
    for (let index = common + 1; index <= lastIndex; index += 1) {
      const entry = log.entryAt(index as typeof lastIndex) as Entry;
      this.#checkEntry(node, entry, copy[index - 2]?.term ?? 0, request);
      copy.push(entry);
    }
  }

  /** A new life starts with what the disk holds. */
  afterStart(node: SimNode, { log }: Readonly<RaftState>): void {
    const { entries, lastIndex } = node.disk;
    const isWhole =
      log.lastIndex === lastIndex && entries.every((entry) => log.entryAt(entry.index) === entry);
    if (!isWhole) {
      violate('durable-state', `${node.id} starts with a log other than its disk's`);
    }
    this.#copies[node.index] = [...entries];
  }

  /** Every entry of the log again, which `afterInput` looks at only when it is new. */
  checkWhole(node: SimNode, { log }: Readonly<RaftState>): void {
    const copy = this.#copies[node.index] as Entry[];
    for (const entry of copy) {
      const now = log.entryAt(entry.index);
      if (now === undefined || !isSame(now, entry)) {
        violate('log-matching', `entry ${entry.index} of ${node.id} changed in place`);
      }
    }
  }

  #checkEntry(node: SimNode, entry: Entry, prevTerm: number, request: Operation | null): void {
    const { term, index } = entry;
    let made = this.#terms[term];
    if (made === undefined) {
      made = { firstIndex: index, prevTerm, entries: [] };
      this.#terms[term] = made;
    }
    const at = index - made.firstIndex;
    const known = made.entries[at];
    if (known === undefined) {
      if (at !== made.entries.length || !this.#elections.isLeaderOf(term, node)) {
        violate('leader-log-longest', `${node.id} holds ${index} of term ${term}, its leader not`);
      }
      checkOrigin(node, entry, at, request);
      made.entries.push(entry);
    } else if (!isSame(known, entry) || prevTerm !== (at === 0 ? made.prevTerm : term)) {
      violate('log-matching', `entry ${index} of term ${term} differs on ${node.id}`);
    }
  }
}

/** A no-op begins each term (6.4), and each other entry is of the request that was just handled. */
function checkOrigin({ id }: SimNode, entry: Entry, at: number, request: Operation | null): void {
  const { index, term, kind } = entry;
  if ((kind === 'noop') !== (at === 0)) {
    violate('no-op-first', `${id} begins term ${term} with a ${kind}`);
  }
  const isAsked = request?.index === index && request.term === term;
  if (kind === 'command' && !isAsked) {
    violate('acknowledged-once', `${id} logs ${index}, which no client has asked for just now`);
  }
}

export function isSame(a: Entry, b: Entry): boolean {
  if (a === b) return true;
  return a.index === b.index && a.term === b.term && a.kind === b.kind && a.data === b.data;
}
