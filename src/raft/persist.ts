import type { Entry, HardState, LogBase, SnapshotChunk } from './types.js';

/** Writes `hardState` if it is there; entries replace all that the disk holds from the first on. */
export interface Persist {
  readonly hardState: HardState | null;
  readonly entries: readonly Entry[];
  readonly snapshot: SnapshotPersist | null;
}

/** A chunk of the snapshot that is being written beside the one in force (5). */
export interface SnapshotPersist {
  /** Number 0 begins a new one: what was written of another is gone. Numbers rise by one. */
  readonly chunk: SnapshotChunk;
  /** With the last chunk, and without entries: the new snapshot takes the place of the old one. */
  readonly install: SnapshotInstall | null;
}

export interface SnapshotInstall {
  readonly snapshot: LogBase;
  /** The log begins behind it from now on. */
  readonly base: LogBase;
  /** False: the whole log goes; the snapshot is a leader's, and `base` is the snapshot. */
  readonly keepsLog: boolean;
}
