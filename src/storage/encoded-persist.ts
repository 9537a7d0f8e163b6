/**
 * Raft's writes in the form in which they cross to the disk thread: entries as encoded runs, and
 * the chunk of a snapshot as bytes.
 */

import type { ByteWriter } from '../codec/index.js';
import type { HardState, Persist, SnapshotInstall, SnapshotPersist } from '../raft/index.js';
import { type EncodedRun, encodeRuns } from './run-record.js';
import { type EncodedSnapshotChunk, encodeSnapshotChunk } from './snapshot-chunk.js';

/** A `Persist` whose bytes are in buffers of their own, which can be transferred to a thread. */
export interface EncodedPersist {
  readonly hardState: HardState | null;
  readonly runs: readonly EncodedRun[];
  readonly snapshot: EncodedSnapshotPersist | null;
}

/** A `SnapshotPersist` whose chunk is in a buffer of its own. */
export interface EncodedSnapshotPersist {
  readonly chunk: EncodedSnapshotChunk;
  readonly install: SnapshotInstall | null;
}

export function encodePersist(writer: ByteWriter, persist: Persist): EncodedPersist {
  const { hardState, entries, snapshot } = persist;
  return {
    hardState,
    runs: encodeRuns(writer, entries),
    snapshot: snapshot && encodeSnapshotPersist(snapshot),
  };
}

export function encodeSnapshotPersist({ chunk, install }: SnapshotPersist): EncodedSnapshotPersist {
  return { chunk: encodeSnapshotChunk(chunk), install };
}
