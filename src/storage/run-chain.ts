import { assert } from '../base/index.js';
import { beforeLog, type LogIndex } from '../raft/index.js';
import { addRunChecksum, type EncodedRun, type Run } from './run-record.js';

/** The runs of the log in order, each of which has a checksum that goes on from the one before. */
export class RunChain {
  #runs: Run[];
  #baseChecksum: number;

  constructor(runs: Run[], baseChecksum: number) {
    this.#runs = runs;
    this.#baseChecksum = baseChecksum;
  }

  /** What the first run goes on from. */
  get baseChecksum(): number {
    return this.#baseChecksum;
  }

  get checksum(): number {
    return this.#runs.at(-1)?.checksum ?? this.#baseChecksum;
  }

  get lastIndex(): LogIndex | undefined {
    return this.#runs.at(-1)?.lastIndex;
  }

  /** The runs from that on which begins at `from`; all of them for `beforeLog`. */
  *runsFrom(from: LogIndex): Generator<Run> {
    const isFrom = ({ firstIndex }: Run) => firstIndex === from;
    const position = from === beforeLog ? 0 : this.#runs.findIndex(isFrom);
    assert(position >= 0, 'no run begins here', from);
    for (let at = position; at < this.#runs.length; at += 1) yield this.#runs[at] as Run;
  }

  /** Seals the run, in place. */
  add(run: EncodedRun): void {
    this.#runs.push(addRunChecksum(run, this.checksum));
  }

  /** Removes the runs that hold `index` or what follows it. */
  removeFrom(index: LogIndex): Run[] {
    let count = this.#runs.length;
    while (count > 0 && (this.#runs[count - 1] as Run).lastIndex >= index) count -= 1;
    return this.#runs.splice(count);
  }

  /** Removes the runs that end at or before `index`; the next one goes on from them all the same. */
  removeUpTo(index: LogIndex): Run[] {
    const kept = this.#runs.findIndex(({ lastIndex }) => lastIndex > index);
    const count = kept === -1 ? this.#runs.length : kept;
    const removed = this.#runs.splice(0, count);
    this.#baseChecksum = removed.at(-1)?.checksum ?? this.#baseChecksum;
    return removed;
  }

  /** Removes all runs; the next one begins a new chain. */
  clear(): Run[] {
    this.#baseChecksum = 0;
    return this.#runs.splice(0);
  }
}
