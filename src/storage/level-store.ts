/**
 * The log store on LevelDB, and the only module that writes to the database of a running node.
 * The content of the batches comes from store-content.ts; the identity beside the database is kept
 * by data-folder.ts.
 */

import { assert, crc32c } from '../base/index.js';
import { ByteWriter, damaged } from '../codec/index.js';
import type { DiskFault } from '../control/index.js';
import type { DurableState, LogBase, LogIndex, Persist, SnapshotChunk } from '../raft/index.js';
import { diskFailed, toDataError } from './data-errors.js';
import { chunkKey, type Database, metaKey, openDatabase, runKey } from './database.js';
import { checkDatabaseFiles } from './database-files.js';
import { type EncodedPersist, encodePersist } from './encoded-persist.js';
import { FaultyDisk } from './faulty-disk.js';
import { gatherParts, type LogPart } from './log-part.js';
import type { LogStore } from './log-store.js';
import { encodeMeta, newMeta } from './meta-record.js';
import { verifyRunChecksum } from './run-record.js';
import { decodeSnapshotChunk, type EncodedSnapshotChunk } from './snapshot-chunk.js';
import { StoreContent } from './store-content.js';
import { verifyDatabase } from './verify-database.js';

/** A part of the log ends with the run that brings it to this size. */
const partBytesMax = 1024 * 1024;

/**
 * Stores runs of entries, chunks of snapshots and one meta record. The thread that has a store open
 * must never be terminated, because that crashes LevelDB and with it the whole process.
 */
export class LevelStore implements LogStore {
  readonly #location: string;
  readonly #database: Database;
  readonly #disk: FaultyDisk;
  readonly #writer = new ByteWriter();
  #content: StoreContent;
  #state: 'ready' | 'writing' | 'failed' = 'ready';

  private constructor(location: string, database: Database, content: StoreContent) {
    this.#location = location;
    this.#database = database;
    this.#disk = new FaultyDisk(database);
    this.#content = content;
  }

  /** Creates the database of a new store in an empty folder; `initialize` gives it its base. */
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
   * Opens a database that `create` has made, and verifies all of it.
   * @throws {LetoError} LETO_DATA_DAMAGED, _FOREIGN (format version), _LOCKED or _UNWRITABLE
   */
  static async open(location: string): Promise<LevelStore> {
    await checkDatabaseFiles(location);
    try {
      const database = await openDatabase(location, { createIfMissing: false });
      try {
        return new LevelStore(location, database, await readContent(location, database));
      } catch (error) {
        await database.close();
        throw error;
      }
    } catch (error) {
      throw toDataError(location, error);
    }
  }

  get storeId(): string {
    return this.#content.meta.storeId;
  }

  /** The number of writes since the store was created. */
  get writes(): number {
    return this.#content.meta.writes;
  }

  /** True after a failed write: what the disk holds is unknown until the store is opened again. */
  get hasFailed(): boolean {
    return this.#state === 'failed';
  }

  /** Gives a store without any write its first snapshot, which is empty and ends at `base`. */
  async initialize(base: LogBase): Promise<void> {
    await this.#disk.write(this.#content.initialize(base));
  }

  async load(): Promise<DurableState> {
    return await gatherParts(async (from) => this.readLog(from));
  }

  /**
   * Reads a part of the log from `from` on: the first index of a run, or `beforeLog` for the start.
   * @throws {LetoError} LETO_DATA_DAMAGED
   */
  readLog(from: LogIndex): LogPart {
    const { hardState, snapshot, base, lastIndex } = this.#content.meta;
    const runs = this.#wrapReadErrors(() => this.#readRuns(from));
    return { hardState, snapshot: snapshot.lastIncluded, base, lastIndex, runs };
  }

  #readRuns(from: LogIndex): Uint8Array<ArrayBuffer> {
    const parts: Uint8Array[] = [];
    let length = 0;
    for (const run of this.#content.log.runsFrom(from)) {
      const [bytes] = verifyRunChecksum(this.#read(runKey(run)), run.previousChecksum);
      parts.push(bytes);
      length += bytes.length;
      if (length >= partBytesMax) break;
    }
    return concatenate(parts, length);
  }

  /** @throws {LetoError} LETO_DATA_DAMAGED */
  async readSnapshotChunk(snapshotIndex: LogIndex, number: number): Promise<SnapshotChunk | null> {
    const chunk = this.readChunk(snapshotIndex, number);
    return chunk && decodeSnapshotChunk(chunk);
  }

  /** Reads a chunk as `readSnapshotChunk` does, but does not decode it. */
  readChunk(snapshotIndex: LogIndex, number: number): EncodedSnapshotChunk | null {
    const { meta, slots } = this.#content;
    const stored = slots.installedChunks[number];
    if (snapshotIndex !== meta.snapshot.lastIncluded.index || !stored) return null;
    const { checksum } = stored;
    const previous = slots.installedChunks[number - 1]?.checksum;
    const bytes = this.#wrapReadErrors(() => {
      const record = new Uint8Array(this.#read(chunkKey({ slot: slots.slot, number })));
      if (crc32c(record, 0, record.length, previous) === checksum) return record;
      throw damaged('the checksum of a chunk of its snapshot is wrong');
    });
    return { number, bytes, checksum, isLast: number === slots.installedChunks.length - 1 };
  }

  async persist(persist: Persist): Promise<void> {
    await this.persistEncoded(encodePersist(this.#writer, persist));
  }

  /**
   * Writes as `persist` does, and fills in the checksums of the runs in place.
   * @throws {LetoError} LETO_DISK_FAILED, or LETO_ASSERTION for a write that Raft would never make
   */
  async persistEncoded(persist: EncodedPersist): Promise<void> {
    this.#content.check(persist);
    const read = (key: Uint8Array) => this.#read(key);
    await this.#runWrite(() => this.#disk.write(this.#content.prepareBatch(persist, read)));
  }

  setFault(fault: DiskFault): void {
    this.#disk.setFault(fault);
  }

  /** Writes and syncs what a lying disk has confirmed without syncing it. */
  async flush(): Promise<void> {
    if (this.#state === 'failed') return;
    await this.#runWrite(() => this.#disk.flush());
  }

  /**
   * Drops the writes that a lying disk has confirmed but not synced.
   * @throws {LetoError} LETO_DATA_DAMAGED
   */
  async discardUnsynced(): Promise<void> {
    if (this.#state === 'failed' || !this.#disk.discardUnsynced()) return;
    try {
      this.#content = await readContent(this.#location, this.#database);
    } catch (error) {
      throw toDataError(this.#location, error);
    }
  }

  async close(): Promise<void> {
    await this.#database.close();
  }

  #read(key: Uint8Array): Uint8Array {
    const record = this.#disk.get(key);
    if (record === undefined) throw damaged('one of its records is missing');
    return record;
  }

  #wrapReadErrors<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      throw toDataError(this.#location, error);
    }
  }

  async #runWrite(write: () => Promise<void>): Promise<void> {
    assert(this.#state === 'ready', 'a write to a store that is not ready', this.#state);
    this.#state = 'writing';
    try {
      await write();
      this.#state = 'ready';
    } catch (error) {
      this.#state = 'failed';
      throw diskFailed(this.#location, error);
    }
  }
}

/** Verifies the database, and deletes the chunks of a snapshot that was not written to its end. */
async function readContent(location: string, database: Database): Promise<StoreContent> {
  const { leftovers, ...content } = await verifyDatabase(location, database);
  const removals = leftovers.map((key) => ({ type: 'del' as const, key }));
  if (removals.length > 0) await database.batch(removals, { sync: true });
  return new StoreContent(content);
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
