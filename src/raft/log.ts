/**
 * The log since its base, in memory (Figure 3.1), and the configurations in it. It knows nothing of
 * commit or disk: callers change a node's log through log-changes.ts and snapshot.ts.
 * Section numbers: Ongaro's dissertation, "Consensus: Bridging Theory and Practice" (2014).
 */

import { assert, assertPresent } from '../base/index.js';
import { decodeConfiguration } from './configuration.js';
import {
  type Configuration,
  type Entry,
  entryBytes,
  type LogBase,
  type LogIndex,
  predecessor,
  successor,
  type Term,
} from './types.js';

/**
 * A log is well-formed when 1. its first entry follows the base, 2. indexes have no gap, 3. terms
 * never fall, and 4. no entry has a term below that of the base. The position of an index in the
 * array is computed here and nowhere else.
 *
 * Methods throw LETO_ASSERTION when a change would break one of these, or a range leaves the log.
 */
export class RaftLog {
  #base: LogBase;
  #entries: Entry[] = [];
  /** The configurations among the entries, oldest first. */
  #configurations: { readonly index: LogIndex; readonly configuration: Configuration }[] = [];
  #bytes = 0;

  constructor(base: LogBase, entries: readonly Entry[]) {
    this.#base = base;
    for (const entry of entries) this.append(entry);
  }

  get base(): LogBase {
    return this.#base;
  }

  get firstIndex(): LogIndex {
    return successor(this.#base.index);
  }

  get lastIndex(): LogIndex {
    return (this.#base.index + this.#entries.length) as LogIndex;
  }

  get lastTerm(): Term {
    return this.#entries.at(-1)?.term ?? this.#base.term;
  }

  /** The configuration in force: the latest one, committed or not (4.1). */
  get configuration(): Configuration {
    return this.#configurations.at(-1)?.configuration ?? this.#base.configuration;
  }

  /** The index of the configuration in force. */
  get configurationIndex(): LogIndex {
    return this.#configurations.at(-1)?.index ?? this.#base.index;
  }

  /** The configuration before that. Null when the one in force is the base's, and so committed. */
  get previousConfiguration(): Configuration | null {
    if (this.#configurations.length === 0) return null;
    return this.#configurations.at(-2)?.configuration ?? this.#base.configuration;
  }

  /** The size of all entries, as `entryBytes` counts it. */
  get bytes(): number {
    return this.#bytes;
  }

  entryAt(index: LogIndex): Entry | undefined {
    return index > this.#base.index ? this.#entries[index - this.#base.index - 1] : undefined;
  }

  /** Returns the term at `index`, the base included, or undefined outside the log. */
  termAt(index: LogIndex): Term | undefined {
    return index === this.#base.index ? this.#base.term : this.entryAt(index)?.term;
  }

  /** The consistency check of AppendEntries (3.5): equal index and term mean equal prefixes. */
  matches(index: LogIndex, term: Term): boolean {
    return this.termAt(index) === term;
  }

  /** The election restriction (3.6.1): true when the candidate's log is at least as up to date. */
  isCandidateUpToDate(lastLogIndex: LogIndex, lastLogTerm: Term): boolean {
    if (lastLogTerm !== this.lastTerm) return lastLogTerm > this.lastTerm;
    return lastLogIndex >= this.lastIndex;
  }

  append(entry: Entry): void {
    assert(entry.index === successor(this.lastIndex), 'a gap in the log', entry.index);
    assert(entry.term >= this.lastTerm, 'terms fall in the log', entry.index, entry.term);
    this.#entries.push(entry);
    this.#bytes += entryBytes(entry);
    if (entry.kind !== 'configuration') return;
    this.#configurations.push({
      index: entry.index,
      configuration: decodeConfiguration(entry.data),
    });
  }

  /** Removes the entry at `index` and all entries after it. */
  truncateFrom(index: LogIndex): void {
    assert(index > this.#base.index, 'a truncation begins below the log', index);
    for (const entry of this.#entries.splice(index - this.#base.index - 1)) {
      this.#bytes -= entryBytes(entry);
    }
    while (this.configurationIndex >= index) this.#configurations.pop();
  }

  /** Returns the base that a log has after a snapshot up to `index`. */
  baseAt(index: LogIndex): LogBase {
    const term = assertPresent(this.termAt(index), 'a base is requested outside the log');
    const before = this.#configurations.filter((held) => held.index <= index);
    return { index, term, configuration: before.at(-1)?.configuration ?? this.#base.configuration };
  }

  /** Removes the entries up to `base`, which a snapshot covers (5.1). */
  compactTo(base: LogBase): void {
    const isInside = base.index >= this.#base.index && this.matches(base.index, base.term);
    assert(isInside, 'a compaction ends outside the log', base.index, base.term);
    const count = base.index - this.#base.index;
    for (let at = 0; at < count; at += 1) this.#bytes -= entryBytes(this.#entries[at] as Entry);
    this.#entries = this.#entries.slice(count);
    this.#configurations = this.#configurations.filter(({ index }) => index > base.index);
    this.#base = base;
  }

  /** Removes all entries: a snapshot replaces them (5.1). */
  replaceWith(base: LogBase): void {
    this.#base = base;
    this.#entries = [];
    this.#configurations = [];
    this.#bytes = 0;
  }

  /** Returns the lowest base index such that the entries after it, up to `index`, fit the limit. */
  trailingBaseIndex(index: LogIndex, bytesMax: number): LogIndex {
    let baseIndex = index;
    for (let bytes = 0; baseIndex > this.#base.index; baseIndex = predecessor(baseIndex)) {
      bytes += entryBytes(this.entryAt(baseIndex) as Entry);
      if (bytes > bytesMax) break;
    }
    return baseIndex;
  }

  /** Returns entries in [from, to]: as many as `bytesMax` allows, but at least one, if any. */
  slice(from: LogIndex, to: LogIndex, bytesMax: number): Entry[] {
    const start = from - this.#base.index - 1;
    assert(start >= 0, 'a slice begins below the log', from);
    const limit = Math.min(to - this.#base.index, this.#entries.length);
    let end = start;
    for (let bytes = 0; end < limit; end += 1) {
      bytes += entryBytes(this.#entries[end] as Entry);
      if (bytes > bytesMax && end > start) break;
    }
    return this.#entries.slice(start, end);
  }

  /** Returns the first index of the run of entries that ends at `index` and shares its term. */
  firstIndexOfTermAt(index: LogIndex): LogIndex {
    const term = this.termAt(index);
    let first = index;
    while (first > this.firstIndex && this.termAt(predecessor(first)) === term) {
      first = predecessor(first);
    }
    return first;
  }

  /** Returns the last index at or below `from` whose term is no higher than `term`. */
  lastIndexWithTermAtMost(term: Term, from: LogIndex): LogIndex {
    let index = from;
    while (index > this.#base.index && (this.termAt(index) as Term) > term) {
      index = predecessor(index);
    }
    return index;
  }
}
