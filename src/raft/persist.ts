/**
 * One write to the disk, as data. `drainReady` asks for it (ready.ts), src/storage carries it out
 * as one atomic, synced batch (3.8), and `Raft.persisted` confirms it.
 * Section numbers: Ongaro's dissertation, "Consensus: Bridging Theory and Practice" (2014).
 */

import type { Entry, HardState, LogBase, SnapshotChunk } from './types.js';

/** The contents of one write. Parts that are null or empty leave the disk as it is. */
export interface Persist {
  readonly hardState: HardState | null;
  /** The entries to write. They replace every entry on the disk from the first of them on. */
  readonly entries: readonly Entry[];
  readonly snapshot: SnapshotPersist | null;
}

/** A chunk of the snapshot that is being written beside the one in force (chapter 5). */
export interface SnapshotPersist {
  /** Number 0 starts a new snapshot and discards an unfinished one. Numbers rise by one. */
  readonly chunk: SnapshotChunk;
  /** Set with the last chunk, in a write without entries: the snapshot replaces the old one. */
  readonly install: SnapshotInstall | null;
}

export interface SnapshotInstall {
  readonly snapshot: LogBase;
  /** The new base of the log: entries up to its index are removed. */
  readonly base: LogBase;
  /** False for a leader's snapshot: the whole log is removed, and `base` equals `snapshot`. */
  readonly keepsLog: boolean;
}
