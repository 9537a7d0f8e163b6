/**
 * The state machine's side of snapshots (chapter 5). Chunks, staging and transfer are in
 * src/raft/snapshot.ts; this file cuts slices of the state and restores it from received ones.
 */

import { assertPresent } from '../base/index.js';
import { type StateMachine, StateMachineRestorer, type StateMachineSnapshot } from '../kv/index.js';
import type { Raft, RaftState, SnapshotChunk } from '../raft/index.js';

/**
 * Takes the node's own snapshot slice by slice while writes continue, and restores a snapshot that
 * a leader sends into a second state machine, which replaces the first one when it is complete.
 */
export class Snapshots {
  readonly #raft: Raft;
  readonly #chunkBytesMax: number;
  #own: { readonly slices: StateMachineSnapshot; readonly staging: RaftState['staging'] } | null =
    null;
  #restorer: StateMachineRestorer | null = null;

  constructor(raft: Raft, chunkBytesMax: number) {
    this.#raft = raft;
    this.#chunkBytesMax = chunkBytesMax;
  }

  begin(machine: StateMachine): void {
    this.#raft.beginSnapshot();
    this.#own = { slices: machine.beginSnapshot(), staging: this.#raft.state.staging };
  }

  /** True when the next slice could be taken at once. */
  get hasMore(): boolean {
    return this.#own !== null && this.#raft.wantsChunk;
  }

  /** Takes the next slice if Raft has room for it. */
  proceed(): void {
    if (!this.#own) return;
    if (this.#own.staging !== this.#raft.state.staging) {
      // A snapshot from the leader has replaced it.
      this.#own.slices.cancel();
      this.#own = null;
    } else if (this.#raft.wantsChunk) {
      const { data, isLast } = this.#own.slices.take(this.#chunkBytesMax);
      this.#raft.stageChunk(data, isLast);
      if (isLast) this.#own = null;
    }
  }

  /** Restores from chunks that a leader sent. Chunk 0 starts over. */
  receive(chunks: readonly SnapshotChunk[]): void {
    for (const { number, data } of chunks) {
      if (number === 0) this.#restorer = new StateMachineRestorer();
      this.#restorer?.take(data);
    }
  }

  /** Returns the state that was received, and drops the node's own unfinished snapshot. */
  takeRestored(): StateMachine {
    const restorer = assertPresent(this.#restorer, 'no snapshot was received');
    this.#restorer = null;
    if (this.#own) this.#own.slices.cancel();
    this.#own = null;
    return restorer.finish();
  }
}
