/**
 * A virtual disk. Its writes mean what MemoryStore.write means, without copying the log each time.
 */

import { assert } from '../../src/base/assert.js';
import { crc32cOfString } from '../../src/base/crc.js';
import {
  type ChunkRequest,
  type Configuration,
  type DurableState,
  decodeConfiguration,
  type Entry,
  type HardState,
  type LogBase,
  type Persist,
  type SnapshotChunk,
  type SnapshotPersist,
  type Term,
} from '../../src/raft/index.js';

/** A configuration and the index of its entry. */
export interface Members {
  readonly index: number;
  readonly configuration: Configuration;
}

/**
 * The disk of one node: what is synced, and at most one write in progress, which a crash keeps
 * either completely or not at all.
 */
export class VirtualDisk {
  base: LogBase;
  snapshot: LogBase;
  hardState: HardState;
  entries: Entry[];
  /** The chunks of the snapshot in force. */
  chunks: readonly SnapshotChunk[] = [];
  writing: Persist | null = null;
  /**
   * Counts the writes, so that the completion of a write that a crash lost is recognised as stale.
   */
  writeNumber = 0;
  /** The chunks of the snapshot that is being written. */
  #staged: SnapshotChunk[] = [];
  #members: Members | null = null;

  constructor(initial: DurableState) {
    this.base = initial.base;
    this.snapshot = initial.snapshot;
    this.hardState = initial.hardState;
    this.entries = [...initial.entries];
  }

  get lastIndex(): number {
    return this.base.index + this.entries.length;
  }

  get lastTerm(): Term {
    return this.entries.at(-1)?.term ?? this.base.term;
  }

  /** The configuration that a life started from this disk uses, and its index. */
  get members(): Members {
    this.#members ??= this.#latestMembers();
    return this.#members;
  }

  entryAt(index: number): Entry | undefined {
    return this.entries[index - this.base.index - 1];
  }

  termAt(index: number): Term | undefined {
    return index === this.base.index ? this.base.term : this.entryAt(index)?.term;
  }

  /** Returns whether the disk holds a committed entry, in the log or covered by the snapshot. */
  holds(index: number, term: number): boolean {
    return index <= this.snapshot.index || this.entryAt(index)?.term === term;
  }

  /** Returns the chunks of the snapshot that this chunk completes. */
  chunksWith(chunk: SnapshotChunk): readonly SnapshotChunk[] {
    return [...this.#staged, chunk].slice(-chunk.number - 1);
  }

  begin(persist: Persist): number {
    assert(this.writing === null, 'two writes to one disk are in progress');
    this.writing = persist;
    this.writeNumber += 1;
    return this.writeNumber;
  }

  /** Completes the write in progress: it is synced. */
  finish(): void {
    const { writing } = this;
    assert(writing !== null, 'no write is in progress');
    this.writing = null;
    this.writeNumber += 1;
    this.#members = null;
    this.hardState = writing.hardState ?? this.hardState;
    this.#writeEntries(writing.entries);
    if (writing.snapshot) this.#writeSnapshot(writing.snapshot);
  }

  /** Drops the write in progress, as a crash may. */
  forget(): void {
    this.writing = null;
    this.writeNumber += 1;
  }

  load(): DurableState {
    const { hardState, snapshot, base, entries } = this;
    return { hardState, snapshot, base, entries: [...entries] };
  }

  /** Returns a chunk of the snapshot in force. Null when another snapshot has replaced it. */
  chunkOf({ snapshotIndex, number }: ChunkRequest): SnapshotChunk | null {
    return this.snapshot.index === snapshotIndex ? (this.chunks[number] ?? null) : null;
  }

  #latestMembers(): Members {
    const entry = this.entries.findLast(({ kind }) => kind === 'configuration');
    if (!entry) return this.base;
    return { index: entry.index, configuration: decodeConfiguration(entry.data) };
  }

  #writeEntries(entries: readonly Entry[]): void {
    const first = entries[0];
    if (!first) return;
    assert(first.index > this.snapshot.index, 'a write reaches into the snapshot', first.index);
    const kept = first.index - this.base.index - 1;
    assert(kept <= this.entries.length, 'a write leaves a gap', first.index);
    this.entries.length = kept;
    for (const entry of entries) this.entries.push(entry);
  }

  #writeSnapshot({ chunk, install }: SnapshotPersist): void {
    if (chunk.number === 0) this.#staged = [];
    assert(chunk.number === this.#staged.length, 'a chunk is missing', chunk.number);
    const before = this.#staged.at(-1)?.checksum ?? 0;
    assert(
      crc32cOfString(chunk.data, before) === chunk.checksum,
      'a chunk is damaged',
      chunk.number,
    );
    this.#staged.push(chunk);
    assert(
      chunk.isLast === (install !== null),
      'the last chunk and the install must come together',
      chunk.number,
    );
    if (!install) return;
    const { snapshot, base, keepsLog } = install;
    assert(base.index <= snapshot.index, 'a gap behind the snapshot', base.index);
    assert(!keepsLog || snapshot.index <= this.lastIndex, 'the log is behind', snapshot.index);
    this.entries = keepsLog ? this.entries.slice(base.index - this.base.index) : [];
    this.base = base;
    this.snapshot = snapshot;
    this.chunks = this.#staged;
    this.#staged = [];
  }
}
