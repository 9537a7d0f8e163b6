import { assert } from '../base/assert.js';
import { type DurableState, type Entry, noTerm, type Persist } from '../raft/index.js';
import type { LogStore } from './log-store.js';

/** The twin of the real store, for tests and the simulator; it lives as long as the object. */
export class MemoryStore implements LogStore {
  #state: DurableState;

  constructor(initial: DurableState) {
    this.#state = initial;
  }

  get state(): DurableState {
    return this.#state;
  }

  /** What `persist` does, at once: entries replace all from the first of them on. */
  write(persist: Persist): void {
    const hardState = persist.hardState ?? this.#state.hardState;
    const lastTerm = persist.entries.at(-1)?.term ?? noTerm;
    assert(lastTerm <= hardState.currentTerm, 'an entry is of a later term', lastTerm);
    this.#state = { ...this.#state, hardState, entries: this.#replaceFrom(persist.entries) };
  }

  #replaceFrom(entries: readonly Entry[]): readonly Entry[] {
    const first = entries[0];
    if (!first) return this.#state.entries;
    const kept = first.index - this.#state.base.index - 1;
    assert(kept >= 0, 'a write reaches into the snapshot', first.index);
    assert(kept <= this.#state.entries.length, 'a write leaves a gap', first.index);
    return [...this.#state.entries.slice(0, kept), ...entries];
  }

  async load(): Promise<DurableState> {
    return this.#state;
  }

  async persist(persist: Persist): Promise<void> {
    this.write(persist);
  }

  async close(): Promise<void> {}
}
