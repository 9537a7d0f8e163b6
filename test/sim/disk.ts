import { assert } from '../../src/base/assert.js';
import type { DurableState, Entry, HardState, LogBase, Persist } from '../../src/raft/index.js';

/**
 * The disk of one node: what is synced, and the one write under way, which a crash keeps whole or
 * not at all. Its writes mean what MemoryStore.write means, without a copy of the log for each.
 */
export class VirtualDisk {
  readonly base: LogBase;
  hardState: HardState;
  readonly entries: Entry[];
  writing: Persist | null = null;
  /** Numbers the writes, so that the end of one that a crash took is known for stale. */
  writeNumber = 0;

  constructor(initial: DurableState) {
    this.base = initial.base;
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
    const first = writing.entries[0];
    if (!first) return;
    const kept = first.index - this.base.index - 1;
    assert(kept >= 0, 'a write reaches into the snapshot', first.index);
    assert(kept <= this.entries.length, 'a write leaves a gap', first.index);
    this.entries.length = kept;
    for (const entry of writing.entries) this.entries.push(entry);
  }

  /** The write under way never happened. */
  forget(): void {
    this.writing = null;
    this.writeNumber += 1;
  }

  load(): DurableState {
    return { hardState: this.hardState, base: this.base, entries: [...this.entries] };
  }
}
