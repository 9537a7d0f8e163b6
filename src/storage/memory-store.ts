/**
 * The in-memory counterpart of level-store.ts, for tests and the simulator. It passes the same
 * contract tests, and makes the same assertions about writes.
 */

import {
  type DurableState,
  type Entry,
  type LogIndex,
  noTerm,
  type Persist,
  type SnapshotChunk,
  type SnapshotInstall,
} from '../raft/index.js';
import { checkChunk, checkWrite } from './check-write.js';
import { encodeSnapshotPersist } from './encoded-persist.js';
import type { LogStore } from './log-store.js';

/** Keeps the durable state in memory, and also gives synchronous access to it. */
export class MemoryStore implements LogStore {
  #state: DurableState;
  #chunks: readonly SnapshotChunk[] = [];
  #staged: SnapshotChunk[] = [];

  constructor(initial: DurableState) {
    this.#state = initial;
  }

  get state(): DurableState {
    return this.#state;
  }

  /** The chunks of the snapshot in force. */
  get chunks(): readonly SnapshotChunk[] {
    return this.#chunks;
  }

  /** Writes as `persist` does, but synchronously. Entries replace all from their first index on. */
  write(persist: Persist): void {
    this.#check(persist);
    const hardState = persist.hardState ?? this.#state.hardState;
    this.#state = { ...this.#state, hardState, entries: this.#replaceFrom(persist.entries) };
    if (!persist.snapshot) return;
    const { chunk, install } = persist.snapshot;
    if (chunk.number === 0) this.#staged = [];
    this.#staged.push(chunk);
    if (install) this.#install(install);
  }

  #check({ hardState, entries, snapshot }: Persist): void {
    const { base } = this.#state;
    const lastIndex = (base.index + this.#state.entries.length) as LogIndex;
    checkWrite(
      { ...this.#state, lastIndex },
      {
        hardState,
        firstIndex: entries[0]?.index ?? null,
        lastTerm: entries.at(-1)?.term ?? noTerm,
        install: snapshot?.install ?? null,
      },
    );
    if (snapshot) checkChunk(encodeSnapshotPersist(snapshot), this.#staged);
  }

  #replaceFrom(entries: readonly Entry[]): readonly Entry[] {
    const first = entries[0];
    if (!first) return this.#state.entries;
    return [...this.#state.entries.slice(0, first.index - this.#state.base.index - 1), ...entries];
  }

  #install({ snapshot, base, keepsLog }: SnapshotInstall): void {
    const kept = keepsLog ? this.#state.entries.slice(base.index - this.#state.base.index) : [];
    this.#state = { ...this.#state, snapshot, base, entries: kept };
    this.#chunks = this.#staged;
    this.#staged = [];
  }

  async load(): Promise<DurableState> {
    return this.#state;
  }

  async persist(persist: Persist): Promise<void> {
    this.write(persist);
  }

  async readSnapshotChunk(snapshotIndex: LogIndex, number: number): Promise<SnapshotChunk | null> {
    if (snapshotIndex !== this.#state.snapshot.index) return null;
    return this.#chunks[number] ?? null;
  }

  async close(): Promise<void> {
    this.#staged = [];
  }
}
