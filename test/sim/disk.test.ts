import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Prng } from '../../src/base/prng.js';
import {
  beforeLog,
  type DurableState,
  type Entry,
  type LogIndex,
  noTerm,
  type Persist,
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

/** A write from anywhere in the log on, of a term that no write had before. */
function drawPersist(prng: Prng, lastIndex: number, number: number): Persist {
  const term = number as Term;
  const first = prng.between(1, lastIndex + 2);
  const entries = Array.from({ length: prng.below(4) }, (_, at): Entry => {
    return { index: (first + at) as LogIndex, term, kind: 'command', data: '' };
  });
  const hasHardState = entries.length > 0 || prng.chance(0.5);
  const hardState = hasHardState ? { currentTerm: term, votedFor: nodeIdOf(0) } : null;
  return { hardState, entries, snapshot: null };
}

test('the virtual disk holds what the memory store holds after the same writes', () => {
  const prng = new Prng(7);
  const disk = new VirtualDisk(empty);
  const store = new MemoryStore(empty);
  for (let term = 1; term <= 500; term += 1) {
    const persist = drawPersist(prng, disk.lastIndex, term);
    disk.begin(persist);
    if (prng.chance(0.2)) {
      disk.forget();
    } else {
      disk.finish();
      store.write(persist);
    }
    assert.deepEqual(disk.load(), store.state);
  }
});

test('a write that is under way is not durable', () => {
  const disk = new VirtualDisk(empty);
  disk.begin(drawPersist(new Prng(1), 0, 1));
  assert.deepEqual(disk.load(), empty);
});
