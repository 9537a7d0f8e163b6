import { beforeLog, type LogIndex } from '../raft/index.js';
import { type EncodedRun, type Run, sealRun } from './run-record.js';

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
    return this.checksumBefore(this.#runs.length);
  }

  get lastIndex(): LogIndex | undefined {
    return this.#runs.at(-1)?.lastIndex;
  }

  checksumBefore(position: number): number {
    return this.#runs[position - 1]?.checksum ?? this.#baseChecksum;
  }

  /** The position of the run that begins at `from`, -1 where there is none; `beforeLog`: the first. */
  positionOf(from: LogIndex): number {
    if (from === beforeLog) return 0;
    return this.#runs.findIndex(({ firstIndex }) => firstIndex === from);
  }

  /** Seals the run, in place. */
  add(run: EncodedRun): void {
    this.#runs.push(sealRun(run, this.checksum));
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
    this.#baseChecksum = this.checksumBefore(count);
    return this.#runs.splice(0, count);
  }

  /** Removes all runs; the next one begins a new chain. */
  clear(): Run[] {
    this.#baseChecksum = 0;
    return this.#runs.splice(0);
  }
}
