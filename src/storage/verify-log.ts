import { damaged } from '../codec/index.js';
import { type Entry, type LogBase, type LogIndex, successor, type Term } from '../raft/index.js';
import { type Database, metaKey, parseRunKey } from './database.js';
import { decodeMeta, type Meta } from './meta-record.js';
import { decodeRuns, type Run, unsealRun } from './run-record.js';

/** LevelDB reads so much ahead. */
export const readAheadBytes = 256 * 1024;

/**
 * Reads the whole database and checks it: every checksum, indexes without a gap from the base on,
 * terms that never fall and never pass currentTerm, and the log against the meta record.
 * @throws {LetoError} LETO_DATA_DAMAGED, or LETO_DATA_FOREIGN for an unknown format version
 */
export async function verifyLog(
  location: string,
  database: Database,
): Promise<{ meta: Meta; runs: Run[] }> {
  const record = await database.get(metaKey);
  if (record === undefined) throw damaged('its meta record is missing');
  const meta = decodeMeta(location, record);
  const verifier = new Verifier(meta.base);
  const records = database.iterator({ lt: metaKey, highWaterMarkBytes: readAheadBytes });
  for await (const [key, value] of records) verifier.take(key, value);
  for await (const _ of database.keys({ gt: metaKey })) throw damaged('it holds an unknown record');
  verifier.end(meta);
  return { meta, runs: verifier.runs };
}

class Verifier {
  readonly runs: Run[] = [];
  #lastIndex: LogIndex;
  #lastTerm: Term;
  #checksum = 0;

  constructor(base: LogBase) {
    this.#lastIndex = base.index;
    this.#lastTerm = base.term;
  }

  take(key: Uint8Array, record: Uint8Array): void {
    const { firstIndex, lastIndex } = parseRunKey(key);
    if (firstIndex !== successor(this.#lastIndex)) {
      throw damaged(`its log has a gap behind index ${this.#lastIndex}`);
    }
    const [run, checksum] = unsealRun(record, this.#checksum);
    for (const entry of decodeRuns(run)) this.#takeEntry(entry);
    if (this.#lastIndex !== lastIndex) throw damaged('a record of its log is under a wrong key');
    this.#checksum = checksum;
    this.runs.push({ firstIndex, lastIndex, checksum });
  }

  #takeEntry({ index, term }: Entry): void {
    if (index !== successor(this.#lastIndex)) throw damaged(`its log has a gap at index ${index}`);
    if (term < this.#lastTerm) throw damaged(`terms fall in its log at index ${index}`);
    this.#lastIndex = index;
    this.#lastTerm = term;
  }

  end({ lastIndex, logChecksum, hardState }: Meta): void {
    if (this.#lastIndex !== lastIndex || this.#checksum !== logChecksum) {
      throw damaged(`its log was written up to index ${lastIndex}, and writes of it are missing`);
    }
    if (this.#lastTerm > hardState.currentTerm) {
      throw damaged(`its log is of term ${this.#lastTerm}, later than currentTerm`);
    }
  }
}
