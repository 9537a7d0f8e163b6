/** Compares the virtual disk with MemoryStore, whose behaviour it must share. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32cOfString } from '../../src/base/crc.js';
import { Prng } from '../../src/base/prng.js';
import {
  beforeLog,
  type DurableState,
  type Entry,
  type LogBase,
  type LogIndex,
  noTerm,
  type Persist,
  type SnapshotChunk,
  type SnapshotInstall,
  type Term,
} from '../../src/raft/index.js';
import { MemoryStore } from '../../src/storage/memory-store.js';
import { VirtualDisk } from './disk.js';
import { nodeIdOf } from './node.js';

const base = { index: beforeLog, term: noTerm, configuration: { voters: [], learners: [] } };
const empty: DurableState = {
  hardState: { currentTerm: noTerm, votedFor: null },
  snapshot: base,
  base,
  entries: [],
};

/** Draws a write of a new term that starts anywhere after the snapshot. */
function drawPersist(prng: Prng, { snapshot, lastIndex }: VirtualDisk, number: number): Persist {
  const term = number as Term;
  const first = prng.between(snapshot.index + 1, lastIndex + 2);
  const entries = Array.from({ length: prng.below(4) }, (_, at): Entry => {
    return { index: (first + at) as LogIndex, term, kind: 'command', data: '' };
  });
  const hasHardState = entries.length > 0 || prng.chance(0.5);
  const hardState = hasHardState ? { currentTerm: term, votedFor: nodeIdOf(0) } : null;
  return { hardState, entries, snapshot: null };
}

/** Draws the chunk of a snapshot that follows `before`. Sometimes it is the last. */
function drawChunk(prng: Prng, disk: VirtualDisk, before: readonly SnapshotChunk[]): Persist {
  const number = before.length;
  const data = `chunk ${number}`;
  const checksum = crc32cOfString(data, before.at(-1)?.checksum ?? 0);
  const isLast = disk.lastIndex > disk.snapshot.index && prng.chance(0.3);
  const chunk = { number, data, checksum, isLast };
  return {
    hardState: { currentTerm: disk.hardState.currentTerm, votedFor: null },
    entries: [],
    snapshot: { chunk, install: isLast ? drawInstall(prng, disk) : null },
  };
}

/** Draws the install of a snapshot within the node's own log or beyond it. */
function drawInstall(prng: Prng, disk: VirtualDisk): SnapshotInstall {
  const keepsLog = prng.chance(0.7);
  const at = keepsLog
    ? prng.between(disk.snapshot.index + 1, disk.lastIndex + 1)
    : disk.lastIndex + 2;
  const snapshot = baseAt(disk, at);
  const behind = prng.between(disk.base.index, at + 1);
  return { snapshot, base: keepsLog ? baseAt(disk, behind) : snapshot, keepsLog };
}

function baseAt(disk: VirtualDisk, at: number): LogBase {
  const term = disk.termAt(at) ?? disk.hardState.currentTerm;
  return { ...base, index: at as LogIndex, term };
}

test('the virtual disk holds what the memory store holds after the same writes', async () => {
  const prng = new Prng(7);
  const disk = new VirtualDisk(empty);
  const store = new MemoryStore(empty);
  let chunks: SnapshotChunk[] = [];
  let installs = 0;
  for (let term = 1; term <= 2000; term += 1) {
    const isChunk = prng.chance(0.3);
    if (prng.chance(0.1)) chunks = [];
    const persist = isChunk ? drawChunk(prng, disk, chunks) : drawPersist(prng, disk, term);
    disk.begin(persist);
    if (prng.chance(0.2)) {
      disk.forget();
      continue;
    }
    disk.finish();
    store.write(persist);
    if (persist.snapshot) chunks.push(persist.snapshot.chunk);
    if (persist.snapshot?.install) {
      installs += 1;
      chunks = [];
    }
    assert.deepEqual(disk.load(), store.state);
    assert.deepEqual(disk.chunks, store.chunks);
  }
  assert.ok(installs > 50, `only ${installs} snapshots`);
  const request = { peer: nodeIdOf(0), snapshotIndex: disk.snapshot.index, number: 0 };
  const chunk = await store.readSnapshotChunk(disk.snapshot.index, 0);
  assert.deepEqual(disk.chunkOf(request), chunk);
  assert.equal(disk.chunkOf({ ...request, snapshotIndex: beforeLog }), null);
});

test('a write in progress is not durable', () => {
  const disk = new VirtualDisk(empty);
  disk.begin(drawPersist(new Prng(1), disk, 1));
  assert.deepEqual(disk.load(), empty);
});
