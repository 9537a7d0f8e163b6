import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
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

const endings = new WeakMap<TestContext, (() => unknown)[]>();

/** Cleans up after the test, what came last first; `t.after` would begin with the first. */
export function atEnd(t: TestContext, end: () => unknown): void {
  const known = endings.get(t);
  if (known) {
    known.unshift(end);
    return;
  }
  const ends = [end];
  endings.set(t, ends);
  t.after(async () => {
    for (const each of ends) await each();
  });
}

export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'leto-storage-'));
  atEnd(t, () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** `count` entries from `first` on; their data tells index and term, and what `pad` adds. */
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

/** A write without a snapshot. */
export function logWrite(state: HardState | null, log: readonly Entry[]): Persist {
  return { hardState: state, entries: log, snapshot: null };
}

/** A point of the log whose configuration tells the index. */
export function point(index: number, term: number): LogBase {
  const configuration = { voters: [nodeId(`n${index}`), nodeId('n2')], learners: [nodeId('n9')] };
  return { index: index as LogIndex, term: term as Term, configuration };
}

/** The chunks of a snapshot of which `pieces` are the bytes. */
export function chunksOf(pieces: readonly ByteString[]): SnapshotChunk[] {
  let checksum = 0;
  return pieces.map((data, number) => {
    checksum = crc32cOfString(data, checksum);
    return { number, data, checksum, isLast: number === pieces.length - 1 };
  });
}

/** The writes of a whole snapshot, a chunk each; the log goes unless `base` is given. */
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

/** What a kill at this moment would leave on the disk. */
export function crashImage(folder: string, image: string): string {
  cpSync(folder, image, { recursive: true });
  return image;
}
