/**
 * The list of the runs of the log, without their bytes. It tells which runs a change removes; it
 * reads and writes no records itself.
 */

import { assert } from '../base/index.js';
import { beforeLog, type LogIndex } from '../raft/index.js';
import { addRunChecksum, type EncodedRun, type Run } from './run-record.js';

/** The runs of the log, in order. The checksum of each continues that of the run before. */
export class RunChain {
  #runs: Run[];
  #baseChecksum: number;

  constructor(runs: Run[], baseChecksum: number) {
    this.#runs = runs;
    this.#baseChecksum = baseChecksum;
  }

  /** The checksum that the first run continues. */
  get baseChecksum(): number {
    return this.#baseChecksum;
  }

  /** The checksum of the whole log, which is that of its last run. */
  get checksum(): number {
    return this.#runs.at(-1)?.checksum ?? this.#baseChecksum;
  }

  get lastIndex(): LogIndex | undefined {
    return this.#runs.at(-1)?.lastIndex;
  }

  /** Yields the run that begins at `from` and those after it; all runs for `beforeLog`. */
  *runsFrom(from: LogIndex): Generator<Run> {
    const isFrom = ({ firstIndex }: Run) => firstIndex === from;
    const position = from === beforeLog ? 0 : this.#runs.findIndex(isFrom);
    assert(position >= 0, 'no run begins at this index', from);
    for (let at = position; at < this.#runs.length; at += 1) yield this.#runs[at] as Run;
  }

  /** Appends a run, and fills in its checksum in place. */
  add(run: EncodedRun): void {
    this.#runs.push(addRunChecksum(run, this.checksum));
  }

  /** Removes and returns the runs that hold entries from `index` on. */
  removeFrom(index: LogIndex): Run[] {
    let count = this.#runs.length;
    while (count > 0 && (this.#runs[count - 1] as Run).lastIndex >= index) count -= 1;
    return this.#runs.splice(count);
  }

  /** Removes and returns the runs that end at or before `index`. The chain continues from them. */
  removeUpTo(index: LogIndex): Run[] {
    const kept = this.#runs.findIndex(({ lastIndex }) => lastIndex > index);
    const count = kept === -1 ? this.#runs.length : kept;
    const removed = this.#runs.splice(0, count);
    this.#baseChecksum = removed.at(-1)?.checksum ?? this.#baseChecksum;
    return removed;
  }

  /** Removes and returns all runs. The next run begins a new chain. */
  clear(): Run[] {
    this.#baseChecksum = 0;
    return this.#runs.splice(0);
  }
}
