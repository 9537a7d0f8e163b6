/** Checks the log in a database, run by run; used by verify-database.ts. */

import { damaged } from '../codec/index.js';
import { type Entry, type LogIndex, noTerm, successor, type Term } from '../raft/index.js';
import { parseRunKey } from './database.js';
import type { MetaRecord } from './meta-record.js';
import { decodeRuns, type Run, verifyRunChecksum } from './run-record.js';

/**
 * Checks every checksum, that indexes have no gap from the base on, that terms never decrease or
 * exceed currentTerm, and that the log matches the meta record. The first run may begin at or
 * before the base. Call `take` for each run in order, then `end`.
 * @throws {LetoError} LETO_DATA_DAMAGED, from `take` and `end`
 */
export class LogVerifier {
  readonly runs: Run[] = [];
  readonly #meta: MetaRecord;
  #lastIndex: LogIndex;
  #lastTerm: Term;
  #checksum: number;

  constructor(meta: MetaRecord) {
    this.#meta = meta;
    this.#lastIndex = meta.base.index;
    this.#lastTerm = meta.base.term;
    this.#checksum = meta.baseChecksum;
  }

  take(key: Uint8Array, record: Uint8Array): void {
    const { firstIndex, lastIndex } = parseRunKey(key);
    const { base } = this.#meta;
    if (this.runs.length === 0 && firstIndex <= base.index && lastIndex > base.index) {
      this.#lastIndex = (firstIndex - 1) as LogIndex;
      this.#lastTerm = noTerm;
    }
    if (firstIndex !== successor(this.#lastIndex)) {
      throw damaged(`its log has a gap after index ${this.#lastIndex}`);
    }
    const previous = this.#checksum;
    const [run, checksum] = verifyRunChecksum(record, previous);
    for (const entry of decodeRuns(run)) this.#takeEntry(entry);
    if (this.#lastIndex !== lastIndex) throw damaged('a record of its log has the wrong key');
    this.#checksum = checksum;
    this.runs.push({ firstIndex, lastIndex, checksum, previousChecksum: previous });
  }

  #takeEntry({ index, term }: Entry): void {
    if (index !== successor(this.#lastIndex)) throw damaged(`its log has a gap at index ${index}`);
    if (term < this.#lastTerm) throw damaged(`the term decreases in its log at index ${index}`);
    for (const point of [this.#meta.base, this.#meta.snapshot.lastIncluded]) {
      if (index === point.index && term !== point.term) {
        throw damaged(
          `its log has term ${term} at index ${index}, but its snapshot has ${point.term}`,
        );
      }
    }
    this.#lastIndex = index;
    this.#lastTerm = term;
  }

  end(): void {
    const { hardState, snapshot, base, lastIndex, logChecksum } = this.#meta;
    if (this.#lastIndex !== lastIndex || this.#checksum !== logChecksum) {
      throw damaged(`its log was written up to index ${lastIndex}, but some writes are missing`);
    }
    if (this.#lastTerm > hardState.currentTerm) {
      throw damaged(`its log has term ${this.#lastTerm}, which is later than currentTerm`);
    }
    if (base.index > snapshot.lastIncluded.index || lastIndex < snapshot.lastIncluded.index) {
      throw damaged(`its log does not fit its snapshot at index ${snapshot.lastIncluded.index}`);
    }
  }
}
