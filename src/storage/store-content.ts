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
import { metaKey, type Operation, runKey } from './database.js';
import type { EncodedPersist } from './encoded-persist.js';
import { emptySnapshot, encodeMeta, type Meta } from './meta-record.js';
import { RunChain } from './run-chain.js';
import { decodeRuns, type EncodedRun, encodeRuns, type Run, unsealRun } from './run-record.js';
import { SnapshotSlots } from './snapshot-slots.js';
import type { Verified } from './verify-database.js';

/**
 * What a database holds, as far as it must be known to write on: the meta record, and where the
 * runs of the log and the chunks of the snapshots are. It turns each write into one batch.
 */
export class StoreContent {
  readonly log: RunChain;
  readonly slots: SnapshotSlots;
  readonly #writer = new ByteWriter();
  #meta: Meta;

  constructor({ meta, runs, chunks }: Verified) {
    this.log = new RunChain(runs, meta.baseChecksum);
    this.slots = new SnapshotSlots(meta.snapshot.slot, chunks);
    this.#meta = meta;
  }

  get meta(): Meta {
    return this.#meta;
  }

  /** The first snapshot, the empty one, of a store that took no write yet. */
  begin(base: LogBase): Operation[] {
    assert(this.#meta.writes === 0, 'a store begins twice');
    const snapshot = emptySnapshot(base);
    this.#meta = { ...this.#meta, snapshot, base, lastIndex: base.index };
    return [this.#putMeta()];
  }

  /** Refuses what Raft never asks for. */
  check({ hardState, runs, snapshot }: EncodedPersist): void {
    checkWrite(
      { ...this.#meta, snapshot: this.#meta.snapshot.point },
      {
        hardState,
        firstIndex: runs[0]?.firstIndex ?? null,
        lastTerm: runs.at(-1)?.lastTerm ?? noTerm,
        install: snapshot?.install ?? null,
      },
    );
    if (snapshot) checkChunk(snapshot, this.slots.staged);
  }

  /** The batch of a write. From here on this is the content, whether the batch fails or not. */
  take({ hardState, runs, snapshot }: EncodedPersist, read: ReadRecord): Operation[] {
    const operations: Operation[] = [];
    const [first] = runs;
    if (first) {
      this.#truncate(first.firstIndex, read, operations);
      for (const run of runs) this.#append(run, operations);
    }
    if (snapshot) addTo(operations, this.slots.stage(snapshot.chunk));
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

  /** Of a run that holds `from`, and entries of the log before it, these are written anew. */
  #truncate(from: LogIndex, read: ReadRecord, operations: Operation[]): void {
    const removed = this.log.removeFrom(from);
    addTo(operations, removed.map(removal));
    const [cut] = removed;
    const firstKept = successor(this.#meta.base.index);
    if (!cut || from <= cut.firstIndex || from <= firstKept) return;
    const [bytes] = unsealRun(read(runKey(cut)), cut.previous);
    const kept = decodeRuns(bytes).slice(0, from - cut.firstIndex);
    for (const run of encodeRuns(this.#writer, kept)) this.#append(run, operations);
  }

  #append(run: EncodedRun, operations: Operation[]): void {
    this.log.add(run);
    operations.push({ type: 'put', key: runKey(run), value: run.bytes });
  }

  #install({ snapshot: point, base, keepsLog }: SnapshotInstall, operations: Operation[]): void {
    const removed = keepsLog ? this.log.removeUpTo(base.index) : this.log.clear();
    addTo(operations, removed.map(removal));
    addTo(operations, this.slots.install());
    const { slot, inForce } = this.slots;
    const snapshot = {
      point,
      slot,
      chunks: inForce.length,
      bytes: inForce.reduce((sum, chunk) => sum + chunk.bytes, 0),
      checksum: inForce.at(-1)?.checksum ?? 0,
    };
    this.#meta = { ...this.#meta, snapshot, base };
  }

  #putMeta(): Operation {
    return { type: 'put', key: metaKey, value: encodeMeta(this.#writer, this.#meta) };
  }
}

type ReadRecord = (key: Uint8Array) => Uint8Array;

function removal(run: Run): Operation {
  return { type: 'del', key: runKey(run) };
}

/** There may be more of them than a call takes arguments. */
function addTo(operations: Operation[], more: readonly Operation[]): void {
  for (const operation of more) operations.push(operation);
}
