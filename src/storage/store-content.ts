/**
 * The content of an open database, as far as later writes depend on it: the meta record, and where
 * runs and chunks are. It turns each write into one batch; level-store.ts writes that batch.
 */

import { assert } from '../base/index.js';
import { ByteWriter } from '../codec/index.js';
import {
  type LogBase,
  type LogIndex,
  noTerm,
  type SnapshotInstall,
  successor,
} from '../raft/index.js';
import { checkChunk, checkWrite } from './check-write.js';
import { type BatchOperation, metaKey, runKey } from './database.js';
import type { EncodedPersist } from './encoded-persist.js';
import { emptySnapshot, encodeMeta, type MetaRecord } from './meta-record.js';
import { RunChain } from './run-chain.js';
import {
  decodeRuns,
  type EncodedRun,
  encodeRuns,
  type Run,
  verifyRunChecksum,
} from './run-record.js';
import { SnapshotSlots } from './snapshot-slots.js';
import type { VerifiedDatabase } from './verify-database.js';

/** Tracks the content of a database, and turns each write into one batch. */
export class StoreContent {
  readonly log: RunChain;
  readonly slots: SnapshotSlots;
  readonly #writer = new ByteWriter();
  #meta: MetaRecord;

  constructor({ meta, runs, chunks }: VerifiedDatabase) {
    this.log = new RunChain(runs, meta.baseChecksum);
    this.slots = new SnapshotSlots(meta.snapshot.slot, chunks);
    this.#meta = meta;
  }

  get meta(): MetaRecord {
    return this.#meta;
  }

  /** Returns the batch that gives a store without any write its first, empty snapshot. */
  initialize(base: LogBase): BatchOperation[] {
    assert(this.#meta.writes === 0, 'a store is initialized twice');
    const snapshot = emptySnapshot(base);
    this.#meta = { ...this.#meta, snapshot, base, lastIndex: base.index };
    return [this.#putMeta()];
  }

  /** @throws {LetoError} LETO_ASSERTION when Raft would never make this write */
  check({ hardState, runs, snapshot }: EncodedPersist): void {
    checkWrite(
      { ...this.#meta, snapshot: this.#meta.snapshot.lastIncluded },
      {
        hardState,
        firstIndex: runs[0]?.firstIndex ?? null,
        lastTerm: runs.at(-1)?.lastTerm ?? noTerm,
        install: snapshot?.install ?? null,
      },
    );
    if (snapshot) checkChunk(snapshot, this.slots.stagedChunks);
  }

  /**
   * Returns the batch of a write. The content already reflects the write, so this object must not
   * be used again when the batch fails.
   */
  prepareBatch({ hardState, runs, snapshot }: EncodedPersist, read: ReadRecord): BatchOperation[] {
    const operations: BatchOperation[] = [];
    const [first] = runs;
    if (first) {
      this.#truncate(first.firstIndex, read, operations);
      for (const run of runs) this.#append(run, operations);
    }
    if (snapshot) pushAll(operations, this.slots.stage(snapshot.chunk));
    if (snapshot?.install) this.#install(snapshot.install, operations);
    this.#meta = {
      ...this.#meta,
      writes: this.#meta.writes + 1,
      hardState: hardState ?? this.#meta.hardState,
      baseChecksum: this.log.baseChecksum,
      lastIndex: this.log.lastIndex ?? this.#meta.base.index,
      logChecksum: this.log.checksum,
    };
    operations.push(this.#putMeta());
    return operations;
  }

  /** Removes the entries from `from` on. A run that begins before it is replaced by its head. */
  #truncate(from: LogIndex, read: ReadRecord, operations: BatchOperation[]): void {
    const removed = this.log.removeFrom(from);
    pushAll(operations, removed.map(deleteRunOperation));
    const [cut] = removed;
    const firstKept = successor(this.#meta.base.index);
    if (!cut || from <= cut.firstIndex || from <= firstKept) return;
    const [bytes] = verifyRunChecksum(read(runKey(cut)), cut.previousChecksum);
    const kept = decodeRuns(bytes).slice(0, from - cut.firstIndex);
    for (const run of encodeRuns(this.#writer, kept)) this.#append(run, operations);
  }

  #append(run: EncodedRun, operations: BatchOperation[]): void {
    this.log.add(run);
    operations.push({ type: 'put', key: runKey(run), value: run.bytes });
  }

  #install(
    { snapshot: point, base, keepsLog }: SnapshotInstall,
    operations: BatchOperation[],
  ): void {
    const removed = keepsLog ? this.log.removeUpTo(base.index) : this.log.clear();
    pushAll(operations, removed.map(deleteRunOperation));
    pushAll(operations, this.slots.install());
    const { slot, installedChunks } = this.slots;
    const snapshot = {
      lastIncluded: point,
      slot,
      chunkCount: installedChunks.length,
      bytes: installedChunks.reduce((sum, chunk) => sum + chunk.bytes, 0),
      checksum: installedChunks.at(-1)?.checksum ?? 0,
    };
    this.#meta = { ...this.#meta, snapshot, base };
  }

  #putMeta(): BatchOperation {
    return { type: 'put', key: metaKey, value: encodeMeta(this.#writer, this.#meta) };
  }
}

type ReadRecord = (key: Uint8Array) => Uint8Array;

function deleteRunOperation(run: Run): BatchOperation {
  return { type: 'del', key: runKey(run) };
}

/** Pushes in a loop, because there may be more operations than a call can take arguments. */
function pushAll(operations: BatchOperation[], more: readonly BatchOperation[]): void {
  for (const operation of more) operations.push(operation);
}
