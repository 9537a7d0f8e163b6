import { assert, present } from '../base/assert.js';
import { crc32c } from '../base/crc.js';
import { ByteWriter, damaged } from '../codec/index.js';
import {
  beforeLog,
  type DurableState,
  type LogBase,
  type LogIndex,
  noTerm,
  type Persist,
  type SnapshotChunk,
  type SnapshotInstall,
  successor,
} from '../raft/index.js';
import { checkChunk, checkWrite } from './check-write.js';
import { diskFailed, toDataError } from './data-errors.js';
import {
  chunkKey,
  type Database,
  metaKey,
  type Operation,
  openDatabase,
  readAheadBytes,
  runKey,
} from './database.js';
import { checkDatabaseFiles } from './database-files.js';
import { type EncodedPersist, encodePersist } from './encoded-persist.js';
import { gatherParts, type LogPart } from './log-part.js';
import type { LogStore } from './log-store.js';
import { emptySnapshot, encodeMeta, type Meta, newMeta } from './meta-record.js';
import { RunChain } from './run-chain.js';
import { decodeRuns, type EncodedRun, encodeRuns, type Run, unsealRun } from './run-record.js';
import { decodeSnapshotChunk, type EncodedSnapshotChunk } from './snapshot-chunk.js';
import { SnapshotSlots } from './snapshot-slots.js';
import { type Content, verifyDatabase } from './verify-database.js';

/** The log in one part; a single larger run stands alone. */
const partBytesMax = 1024 * 1024;

/**
 * The log store on LevelDB: runs of entries, chunks of the snapshot and one meta record. A thread
 * that holds one is never to be killed, because LevelDB takes the whole process with it.
 */
export class LevelStore implements LogStore {
  readonly #location: string;
  readonly #database: Database;
  readonly #writer = new ByteWriter();
  readonly #log: RunChain;
  readonly #slots: SnapshotSlots;
  #meta: Meta;
  #state: 'ready' | 'writing' | 'failed' = 'ready';

  private constructor(location: string, database: Database, { meta, runs, chunks }: Content) {
    this.#location = location;
    this.#database = database;
    this.#log = new RunChain(runs, meta.baseChecksum);
    this.#slots = new SnapshotSlots(meta.snapshot.slot, chunks);
    this.#meta = meta;
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
   * Opens a database that `create` made, verifies all of it, and drops what was written of a
   * snapshot that did not come to its end.
   * @throws {LetoError} LETO_DATA_DAMAGED, _FOREIGN (format version), _LOCKED or _UNWRITABLE
   */
  static async open(location: string): Promise<LevelStore> {
    await checkDatabaseFiles(location);
    try {
      const database = await openDatabase(location, { createIfMissing: false });
      try {
        const content = await verifyDatabase(location, database);
        await drop(database, content.leftovers);
        return new LevelStore(location, database, content);
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

  /** Gives a store that took no write yet its first snapshot, the empty one. */
  async begin(base: LogBase): Promise<void> {
    assert(this.#meta.writes === 0, 'a store begins twice');
    const snapshot = emptySnapshot(base);
    this.#meta = { ...this.#meta, snapshot, base, lastIndex: base.index };
    await this.#database.put(metaKey, encodeMeta(this.#writer, this.#meta), { sync: true });
  }

  async load(): Promise<DurableState> {
    return await gatherParts((from) => this.readLog(from));
  }

  /**
   * The log from `from` on, which is the first index of a run or `beforeLog`, as far as one part
   * reaches.
   * @throws {LetoError} LETO_DATA_DAMAGED
   */
  async readLog(from: LogIndex): Promise<LogPart> {
    const { hardState, snapshot, base, lastIndex } = this.#meta;
    try {
      const runs = await this.#readRuns(from);
      return { hardState, snapshot: snapshot.point, base, lastIndex, runs };
    } catch (error) {
      throw toDataError(this.#location, error);
    }
  }

  async #readRuns(from: LogIndex): Promise<Uint8Array<ArrayBuffer>> {
    let position = this.#log.positionOf(from);
    assert(position >= 0 || from > this.#meta.lastIndex, 'no run begins here', from);
    const records = this.#database.values({
      gte: runKey({ firstIndex: from, lastIndex: beforeLog }),
      lt: metaKey,
      highWaterMarkBytes: readAheadBytes,
    });
    const runs: Uint8Array[] = [];
    let bytes = 0;
    for await (const record of records) {
      const [run] = unsealRun(record, this.#log.checksumBefore(position));
      runs.push(run);
      position += 1;
      bytes += run.length;
      if (bytes >= partBytesMax) break;
    }
    return concatenate(runs, bytes);
  }

  /** @throws {LetoError} LETO_DATA_DAMAGED */
  async readSnapshotChunk(snapshotIndex: LogIndex, number: number): Promise<SnapshotChunk | null> {
    const chunk = await this.readChunk(snapshotIndex, number);
    return chunk && decodeSnapshotChunk(chunk);
  }

  /** `readSnapshotChunk` in bytes. */
  async readChunk(snapshotIndex: LogIndex, number: number): Promise<EncodedSnapshotChunk | null> {
    const { slot, inForce } = this.#slots;
    const stored = inForce[number];
    if (snapshotIndex !== this.#meta.snapshot.point.index || !stored) return null;
    const record = await this.#database.get(chunkKey({ slot, number }));
    const bytes = new Uint8Array(present(record, 'a chunk is not in the database'));
    const previous = inForce[number - 1]?.checksum ?? 0;
    if (crc32c(bytes, 0, bytes.length, previous) !== stored.checksum) {
      throw toDataError(
        this.#location,
        damaged('the checksum of a chunk of its snapshot is wrong'),
      );
    }
    return { number, bytes, checksum: stored.checksum, isLast: number === inForce.length - 1 };
  }

  async persist(persist: Persist): Promise<void> {
    await this.persistEncoded(encodePersist(this.#writer, persist));
  }

  /** `persist` in bytes; fills in the checksums of the runs. */
  async persistEncoded(persist: EncodedPersist): Promise<void> {
    assert(this.#state === 'ready', 'a write to a store that is not ready', this.#state);
    this.#check(persist);
    this.#state = 'writing';
    try {
      await this.#write(persist);
      this.#state = 'ready';
    } catch (error) {
      this.#state = 'failed';
      throw diskFailed(this.#location, error);
    }
  }

  async close(): Promise<void> {
    await this.#database.close();
  }

  #check({ hardState, runs, snapshot }: EncodedPersist): void {
    checkWrite(
      { ...this.#meta, snapshot: this.#meta.snapshot.point },
      {
        hardState,
        firstIndex: runs[0]?.firstIndex ?? null,
        lastTerm: runs.at(-1)?.lastTerm ?? noTerm,
        install: snapshot?.install ?? null,
      },
    );
    if (snapshot) checkChunk(snapshot, this.#slots.staged);
  }

  /** One batch. Where it fails, what this object holds is as unknown as what the disk holds. */
  async #write({ hardState, runs, snapshot }: EncodedPersist): Promise<void> {
    const operations: Operation[] = [];
    if (runs.length > 0) await this.#replaceLog(runs, operations);
    if (snapshot) operations.push(...this.#slots.stage(snapshot.chunk));
    if (snapshot?.install) this.#install(snapshot.install, operations);
    this.#meta = {
      ...this.#meta,
      writes: this.#meta.writes + 1,
      hardState: hardState ?? this.#meta.hardState,
      baseChecksum: this.#log.baseChecksum,
      lastIndex: this.#log.lastIndex ?? this.#meta.base.index,
      logChecksum: this.#log.checksum,
    };
    operations.push({ type: 'put', key: metaKey, value: encodeMeta(this.#writer, this.#meta) });
    await this.#database.batch(operations, { sync: true });
  }

  async #replaceLog(runs: readonly EncodedRun[], operations: Operation[]): Promise<void> {
    const from = present(runs[0], 'a write without entries').firstIndex;
    const removed = this.#log.removeFrom(from);
    const rest = await this.#cut(removed[0], from);
    for (const run of removed) operations.push(removal(run));
    for (const run of [...rest, ...runs]) {
      this.#log.add(run);
      operations.push({ type: 'put', key: runKey(run), value: run.bytes });
    }
  }

  /** What is left of `run` when the log is truncated from `from` on: one run or none. */
  async #cut(run: Run | undefined, from: LogIndex): Promise<EncodedRun[]> {
    const firstKept = Math.max(run?.firstIndex ?? from, successor(this.#meta.base.index));
    if (run === undefined || firstKept >= from) return [];
    const record = present(await this.#database.get(runKey(run)), 'a run is not in the database');
    const [bytes] = unsealRun(record, this.#log.checksum);
    return encodeRuns(this.#writer, decodeRuns(bytes).slice(0, from - run.firstIndex));
  }

  #install({ snapshot: point, base, keepsLog }: SnapshotInstall, operations: Operation[]): void {
    const removed = keepsLog ? this.#log.removeUpTo(base.index) : this.#log.clear();
    for (const run of removed) operations.push(removal(run));
    operations.push(...this.#slots.install());
    const { slot, inForce } = this.#slots;
    const snapshot = {
      point,
      slot,
      chunks: inForce.length,
      bytes: inForce.reduce((sum, chunk) => sum + chunk.bytes, 0),
      checksum: inForce.at(-1)?.checksum ?? 0,
    };
    this.#meta = { ...this.#meta, snapshot, base };
  }
}

function removal(run: Run): Operation {
  return { type: 'del', key: runKey(run) };
}

async function drop(database: Database, keys: readonly Uint8Array[]): Promise<void> {
  if (keys.length === 0) return;
  await database.batch(
    keys.map((key) => ({ type: 'del' as const, key })),
    { sync: true },
  );
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
