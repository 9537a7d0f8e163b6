import { assertPresent } from '../base/index.js';
import { type StateMachine, StateMachineRestorer, type StateMachineSnapshot } from '../kv/index.js';
import type { Raft, RaftState, SnapshotChunk } from '../raft/index.js';

/**
 * The state machine's side of snapshots (5): one of its own, cut slice by slice while writes go on,
 * and one that a leader sends, gathered beside the state that is in force until it takes its place.
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

  /** The next slice could be cut at once. */
  get hasMore(): boolean {
    return this.#own !== null && this.#raft.wantsChunk;
  }

  /** Cuts the next slice if there is room for it. */
  proceed(): void {
    if (!this.#own) return;
    if (this.#own.staging !== this.#raft.state.staging) {
      // A leader's snapshot has taken its place.
      this.#own.slices.cancel();
      this.#own = null;
    } else if (this.#raft.wantsChunk) {
      const { data, isLast } = this.#own.slices.take(this.#chunkBytesMax);
      this.#raft.stageChunk(data, isLast);
      if (isLast) this.#own = null;
    }
  }

  receive(chunks: readonly SnapshotChunk[]): void {
    for (const { number, data } of chunks) {
      if (number === 0) this.#restorer = new StateMachineRestorer();
      this.#restorer?.take(data);
    }
  }

  /** The state that was received, which is in force from now on. */
  takeRestored(): StateMachine {
    const restorer = assertPresent(this.#restorer, 'no snapshot was received');
    this.#restorer = null;
    if (this.#own) this.#own.slices.cancel();
    this.#own = null;
    return restorer.finish();
  }
}
