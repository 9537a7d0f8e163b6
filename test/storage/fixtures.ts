/** Entries, writes, snapshots and data folders for the storage tests. */

import { cpSync } from 'node:fs';
import type { ByteString } from '../../src/base/bytes.js';
import { crc32cOfString } from '../../src/base/crc.js';
import {
  type Entry,
  type HardState,
  type LogBase,
  type LogIndex,
  nodeId,
  type Persist,
  type SnapshotChunk,
  type SnapshotInstall,
  type Term,
} from '../../src/raft/index.js';
import { DataFolder, type DataOptions } from '../../src/storage/data-folder.js';

/** Returns `count` entries from `first` on, whose data is index and term followed by `pad`. */
export function entries(first: number, count: number, term: number, pad: ByteString = ''): Entry[] {
  return Array.from({ length: count }, (_, at) => ({
    index: (first + at) as LogIndex,
    term: term as Term,
    kind: 'command',
    data: `${first + at}:${term}${pad}`,
  }));
}

export function hardState(currentTerm: number, votedFor: string | null = null): HardState {
  return {
    currentTerm: currentTerm as Term,
    votedFor: votedFor === null ? null : nodeId(votedFor),
  };
}

/** Returns a write without a snapshot. */
export function logWrite(state: HardState | null, log: readonly Entry[]): Persist {
  return { hardState: state, entries: log, snapshot: null };
}

/** Returns a base whose configuration depends on the index, so that no two are equal. */
export function point(index: number, term: number): LogBase {
  const configuration = { voters: [nodeId(`n${index}`), nodeId('n2')], learners: [nodeId('n9')] };
  return { index: index as LogIndex, term: term as Term, configuration };
}

/** Returns the chunks of a snapshot whose bytes are `pieces`. */
export function chunksOf(pieces: readonly ByteString[]): SnapshotChunk[] {
  let checksum = 0;
  return pieces.map((data, number) => {
    checksum = crc32cOfString(data, checksum);
    return { number, data, checksum, isLast: number === pieces.length - 1 };
  });
}

/** Returns the writes of a snapshot, one per chunk. Without `base`, the log is discarded. */
export function snapshotWrites(
  snapshot: LogBase,
  pieces: readonly ByteString[],
  base?: LogBase,
): Persist[] {
  const install: SnapshotInstall = {
    snapshot,
    base: base ?? snapshot,
    keepsLog: base !== undefined,
  };
  return chunksOf(pieces).map((chunk) => ({
    hardState: null,
    entries: [],
    snapshot: { chunk, install: chunk.isLast ? install : null },
  }));
}

export function dataOptions(folder: string, changes: Partial<DataOptions> = {}): DataOptions {
  return {
    folder,
    clusterId: 'c1',
    nodeId: 'n1',
    voters: ['n1', 'n2', 'n3'],
    isNew: true,
    ...changes,
  };
}

/** Opens the data, lets `use` work with it, and closes it cleanly. */
export async function withData<T>(
  options: DataOptions,
  use: (data: DataFolder) => Promise<T>,
): Promise<T> {
  const data = await DataFolder.open(options);
  try {
    return await use(data);
  } finally {
    await data.close();
  }
}

/** Copies what a kill at this moment would leave on the disk. */
export function crashImage(folder: string, image: string): string {
  cpSync(folder, image, { recursive: true });
  return image;
}
