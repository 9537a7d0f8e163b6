import { assert, present } from '../base/assert.js';
import { ByteWriter } from '../codec/index.js';
import {
  beforeLog,
  type DurableState,
  type HardState,
  type LogBase,
  type LogIndex,
  noTerm,
  type Persist,
  successor,
} from '../raft/index.js';
import { diskFailed, toDataError } from './data-errors.js';
import { type Database, metaKey, openDatabase, runKey } from './database.js';
import { checkDatabaseFiles } from './database-files.js';
import { gatherChunks, type LogChunk } from './log-chunk.js';
import type { LogStore } from './log-store.js';
import { encodeMeta, type Meta, newMeta } from './meta-record.js';
import {
  decodeRuns,
  type EncodedRun,
  encodeRuns,
  type Run,
  sealRun,
  unsealRun,
} from './run-record.js';
import { readAheadBytes, verifyLog } from './verify-log.js';

/** The log in one chunk; a single larger run stands alone. */
const chunkBytesMax = 1024 * 1024;

/**
 * The log store on LevelDB: runs of entries and one meta record. A thread that holds one is never
 * to be killed, because LevelDB takes the whole process with it.
 */
export class LevelStore implements LogStore {
  readonly #location: string;
  readonly #database: Database;
  readonly #writer = new ByteWriter();
  readonly #runs: Run[];
  #meta: Meta;
  #state: 'ready' | 'writing' | 'failed' = 'ready';

  private constructor(location: string, database: Database, meta: Meta, runs: Run[]) {
    this.#location = location;
    this.#database = database;
    this.#meta = meta;
    this.#runs = runs;
  }

  /** Makes the database of a new store in an empty folder; `begin` gives it its base. */
  static async create(location: string, storeId: string): Promise<void> {
    const database = await openDatabase(location, { createIfMissing: true });
    try {
      const record = encodeMeta(new ByteWriter(), newMeta(storeId));
      await database.put(metaKey, record, { sync: true });
    } finally {
      await database.close();
    }
  }

  /**
   * Opens a database that `create` made, and verifies all of it.
   * @throws {LetoError} LETO_DATA_DAMAGED, _FOREIGN (format version), _LOCKED or _UNWRITABLE
   */
  static async open(location: string): Promise<LevelStore> {
    await checkDatabaseFiles(location);
    try {
      const database = await openDatabase(location, { createIfMissing: false });
      try {
        const { meta, runs } = await verifyLog(location, database);
        return new LevelStore(location, database, meta, runs);
      } catch (error) {
        await database.close();
        throw error;
      }
    } catch (error) {
      throw toDataError(location, error);
    }
  }

  get storeId(): string {
    return this.#meta.storeId;
  }

  /** The number of synced batches in this store's life. */
  get writes(): number {
    return this.#meta.writes;
  }

  /** A write failed: what the disk holds is unknown until the store is opened again. */
  get hasFailed(): boolean {
    return this.#state === 'failed';
  }

  /** Gives a store that took no write yet its base. */
  async begin(base: LogBase): Promise<void> {
    assert(this.#meta.writes === 0, 'a store begins twice');
    this.#meta = { ...this.#meta, base, lastIndex: base.index };
    await this.#database.put(metaKey, encodeMeta(this.#writer, this.#meta), { sync: true });
  }

  async load(): Promise<DurableState> {
    return await gatherChunks((from) => this.readChunk(from));
  }

  /**
   * The log from `from` on, which is the first index of a run, as far as one chunk reaches.
   * @throws {LetoError} LETO_DATA_DAMAGED
   */
  async readChunk(from: LogIndex): Promise<LogChunk> {
    const { hardState, base, lastIndex } = this.#meta;
    try {
      return { hardState, base, lastIndex, runs: await this.#readRuns(from) };
    } catch (error) {
      throw toDataError(this.#location, error);
    }
  }

  async #readRuns(from: LogIndex): Promise<Uint8Array<ArrayBuffer>> {
    let position = this.#runs.findIndex(({ firstIndex }) => firstIndex === from);
    assert(position >= 0 || from > this.#meta.lastIndex, 'no run begins here', from);
    const records = this.#database.values({
      gte: runKey({ firstIndex: from, lastIndex: beforeLog }),
      lt: metaKey,
      highWaterMarkBytes: readAheadBytes,
    });
    const runs: Uint8Array[] = [];
    let bytes = 0;
    for await (const record of records) {
      const [run] = unsealRun(record, this.#checksumBefore(position));
      runs.push(run);
      position += 1;
      bytes += run.length;
      if (bytes >= chunkBytesMax) break;
    }
    return concatenate(runs, bytes);
  }

  async persist({ hardState, entries }: Persist): Promise<void> {
    await this.persistRuns(hardState, encodeRuns(this.#writer, entries));
  }

  /** `persist` with entries that `encodeRuns` encoded; fills in their checksums. */
  async persistRuns(hardState: HardState | null, encoded: readonly EncodedRun[]): Promise<void> {
    assert(this.#state === 'ready', 'a write to a store that is not ready', this.#state);
    const { base, lastIndex } = this.#meta;
    const from = encoded[0]?.firstIndex ?? successor(lastIndex);
    const nextHardState = hardState ?? this.#meta.hardState;
    assert(from > base.index, 'a write reaches into the snapshot', from);
    assert(from <= lastIndex + 1, 'a write leaves a gap', from, lastIndex);
    const lastTerm = encoded.at(-1)?.lastTerm ?? noTerm;
    assert(lastTerm <= nextHardState.currentTerm, 'an entry is of a later term', lastTerm);
    this.#state = 'writing';
    try {
      await this.#replaceFrom(from, encoded, nextHardState);
      this.#state = 'ready';
    } catch (error) {
      this.#state = 'failed';
      throw diskFailed(this.#location, error);
    }
  }

  async close(): Promise<void> {
    await this.#database.close();
  }

  async #replaceFrom(
    from: LogIndex,
    encoded: readonly EncodedRun[],
    hardState: HardState,
  ): Promise<void> {
    const kept = this.#countRunsBefore(from);
    const removed = this.#runs.slice(kept);
    const added: Run[] = [];
    const puts: { key: Uint8Array; value: Uint8Array }[] = [];
    let logChecksum = this.#checksumBefore(kept);
    for (const run of [...(await this.#cut(removed[0], logChecksum, from)), ...encoded]) {
      const sealed = sealRun(run, logChecksum);
      logChecksum = sealed.checksum;
      added.push(sealed);
      puts.push({ key: runKey(run), value: run.bytes });
    }
    const lastIndex = added.at(-1)?.lastIndex ?? this.#meta.lastIndex;
    const writes = this.#meta.writes + 1;
    const meta = { ...this.#meta, writes, hardState, lastIndex, logChecksum };
    puts.push({ key: metaKey, value: encodeMeta(this.#writer, meta) });
    await this.#database.batch(
      [
        ...removed.map((run) => ({ type: 'del' as const, key: runKey(run) })),
        ...puts.map((put) => ({ type: 'put' as const, ...put })),
      ],
      { sync: true },
    );
    this.#runs.length = kept;
    for (const run of added) this.#runs.push(run);
    this.#meta = meta;
  }

  #countRunsBefore(index: LogIndex): number {
    let count = this.#runs.length;
    while (count > 0 && (this.#runs[count - 1] as Run).lastIndex >= index) count -= 1;
    return count;
  }

  #checksumBefore(run: number): number {
    return this.#runs[run - 1]?.checksum ?? 0;
  }

  /** What is left of `run` when the log is truncated from `from` on: one run or none. */
  async #cut(run: Run | undefined, previous: number, from: LogIndex): Promise<EncodedRun[]> {
    if (run === undefined || run.firstIndex >= from) return [];
    const record = present(await this.#database.get(runKey(run)), 'a run is not in the database');
    const [bytes] = unsealRun(record, previous);
    return encodeRuns(this.#writer, decodeRuns(bytes).slice(0, from - run.firstIndex));
  }
}

function concatenate(pieces: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
