import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Entry, LogIndex, Persist, Term } from '../../src/raft/index.js';
import { nodeId } from '../../src/raft/index.js';
import { DataFolder } from '../../src/storage/data-folder.js';
import { MemoryStore } from '../../src/storage/index.js';
import { crashImage, dataOptions, logWrite, temporaryFolder } from './fixtures.js';

/** What happens next; numbers are made to fit the state that it meets. */
type Step = Write | { readonly type: 'reopen' } | { readonly type: 'kill' };

type Write =
  | { readonly type: 'append'; readonly from: number; readonly raise: number; data: string[] }
  | { readonly type: 'vote'; readonly raise: number; readonly votedFor: string | null };

const byte = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code));
const data = fc.oneof(
  { weight: 9, arbitrary: fc.string({ unit: byte, maxLength: 40 }) },
  { weight: 1, arbitrary: fc.constantFrom('x'.repeat(140_000), 'y'.repeat(300_000)) },
);
const raise = fc.integer({ min: 0, max: 2 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('append' as const),
      from: fc.double({ min: 0, max: 1, noNaN: true }),
      raise,
      data: fc.array(data, { maxLength: 6 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('vote' as const),
      raise,
      votedFor: fc.constantFrom('n1', 'n2', null),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ type: 'reopen' as const }) },
  { weight: 1, arbitrary: fc.constant({ type: 'kill' as const }) },
);

/** Most writes append; some replace the log from a random index on. */
function toPersist({ state }: MemoryStore, next: Write): Persist {
  const currentTerm = (state.hardState.currentTerm + next.raise) as Term;
  if (next.type === 'vote') {
    const votedFor = next.votedFor === null ? null : nodeId(next.votedFor);
    return logWrite({ currentTerm, votedFor }, []);
  }
  const keptPart = next.from < 0.5 ? 1 : next.from * 2 - 1;
  const first = 1 + Math.floor(keptPart * state.entries.length);
  const entries = next.data.map(
    (data, at): Entry => ({
      index: (first + at) as LogIndex,
      term: currentTerm,
      kind: data === '' ? 'noop' : 'command',
      data,
    }),
  );
  return logWrite(next.raise > 0 ? { currentTerm, votedFor: null } : null, entries);
}

test('any writes, restarts and kills leave what the memory twin has', async (t) => {
  const parent = temporaryFolder(t);
  let folders = 0;
  const check = async (steps: readonly Step[]): Promise<void> => {
    const folder = () => join(parent, `${folders}`);
    folders += 1;
    let data = await DataFolder.open(dataOptions(folder()));
    const twin = new MemoryStore(await data.store.load());
    for (const next of steps) {
      if (next.type === 'reopen' || next.type === 'kill') {
        const killed = folder();
        folders += next.type === 'kill' ? 1 : 0;
        if (next.type === 'kill') crashImage(killed, folder());
        await data.close();
        data = await DataFolder.open(dataOptions(folder()));
        assert.deepEqual(await data.store.load(), twin.state);
      } else {
        const persist = toPersist(twin, next);
        twin.write(persist);
        await data.store.persist(persist);
      }
    }
    assert.deepEqual(await data.store.load(), twin.state);
    await data.close();
  };
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 30 }), check), { numRuns: 60 });
});
