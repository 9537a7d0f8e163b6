import { assert } from '../../src/base/assert.js';
import { crc32cOf } from '../../src/base/crc.js';
import type {
  ChunkQuestion,
  DurableState,
  Entry,
  HardState,
  LogBase,
  Persist,
  SnapshotChunk,
  SnapshotPersist,
} from '../../src/raft/index.js';

/**
 * The disk of one node: what is synced, and the one write under way, which a crash keeps whole or
 * not at all. Its writes mean what MemoryStore.write means, without a copy of the log for each.
 */
export class VirtualDisk {
  base: LogBase;
  snapshot: LogBase;
  hardState: HardState;
  entries: Entry[];
  /** Of the snapshot in force. */
  chunks: readonly SnapshotChunk[] = [];
  writing: Persist | null = null;
  /** Numbers the writes, so that the end of one that a crash took is known for stale. */
  writeNumber = 0;
  /** Of the one that is being written. */
  #staged: SnapshotChunk[] = [];

  constructor(initial: DurableState) {
    this.base = initial.base;
    this.snapshot = initial.snapshot;
    this.hardState = initial.hardState;
    this.entries = [...initial.entries];
  }

  get lastIndex(): number {
    return this.base.index + this.entries.length;
  }

  entryAt(index: number): Entry | undefined {
    return this.entries[index - this.base.index - 1];
  }

  begin(persist: Persist): number {
    assert(this.writing === null, 'two writes are under way to one disk');
    this.writing = persist;
    this.writeNumber += 1;
    return this.writeNumber;
  }

  /** The write under way is synced. */
  finish(): void {
    const { writing } = this;
    assert(writing !== null, 'no write is under way');
    this.writing = null;
    this.writeNumber += 1;
    this.hardState = writing.hardState ?? this.hardState;
    this.#writeEntries(writing.entries);
    if (writing.snapshot) this.#writeSnapshot(writing.snapshot);
  }

  /** The write under way never happened. */
  forget(): void {
    this.writing = null;
    this.writeNumber += 1;
  }

  load(): DurableState {
    const { hardState, snapshot, base, entries } = this;
    return { hardState, snapshot, base, entries: [...entries] };
  }

  /** Null: that snapshot is not in force any more. */
  chunkOf({ snapshotIndex, number }: ChunkQuestion): SnapshotChunk | null {
    return this.snapshot.index === snapshotIndex ? (this.chunks[number] ?? null) : null;
  }

  #writeEntries(entries: readonly Entry[]): void {
    const first = entries[0];
    if (!first) return;
    const kept = first.index - this.base.index - 1;
    assert(kept >= 0, 'a write reaches into the snapshot', first.index);
    assert(kept <= this.entries.length, 'a write leaves a gap', first.index);
    this.entries.length = kept;
    for (const entry of entries) this.entries.push(entry);
  }

  #writeSnapshot({ chunk, install }: SnapshotPersist): void {
    if (chunk.number === 0) this.#staged = [];
    assert(chunk.number === this.#staged.length, 'a chunk is missing', chunk.number);
    const before = this.#staged.at(-1)?.checksum ?? 0;
    assert(crc32cOf(chunk.data, before) === chunk.checksum, 'a chunk is damaged', chunk.number);
    this.#staged.push(chunk);
    assert(chunk.isLast === (install !== null), 'a snapshot without its end', chunk.number);
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
