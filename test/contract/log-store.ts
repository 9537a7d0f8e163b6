/** The contract that every LogStore passes, except for snapshots, which are in snapshots.ts. */

import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type { DurableState, Entry, HardState } from '../../src/raft/index.js';
import type { LogStore } from '../../src/storage/log-store.js';
import { snapshotTests } from './snapshots.js';
import { command, eachByte, genesis, noop, run, vote } from './states.js';

/** Opens the same store each time. The first time it is new, with `genesis` as its state. */
export type OpenStore = () => Promise<LogStore>;

const mebibyte = 1024 * 1024;

/** Defines the tests of one kind of store. */
export function testLogStore(name: string, makeStore: (t: TestContext) => OpenStore): void {
  describe(name, () => {
    test('a new store has the first configuration, no vote and no entry', async (t) => {
      const store = await makeStore(t)();
      assert.deepEqual(await store.load(), genesis);
      await store.close();
    });
    for (const [fact, writes] of scenarios()) {
      test(fact, (t) => checkWrites(makeStore(t), writes));
    }
    for (const [fact, refused] of refusals()) {
      test(fact, (t) => checkRefusal(makeStore(t), refused));
    }
    for (const [fact, check] of snapshotTests()) {
      test(fact, (t) => check(makeStore(t)));
    }
  });
}

interface Write {
  readonly hardState: HardState | null;
  readonly entries: readonly Entry[];
}

function* scenarios(): Generator<[fact: string, writes: readonly Write[]]> {
  yield [
    'term, vote and entries survive a restart',
    [
      { hardState: vote(1, 'n2'), entries: run(1, 3, 1) },
      { hardState: vote(4, null), entries: [] },
    ],
  ];
  yield [
    'a write without hard state keeps term and vote',
    [
      { hardState: vote(2, 'n3'), entries: [] },
      { hardState: null, entries: run(1, 2, 2) },
    ],
  ];
  yield [
    'an empty write changes nothing',
    [
      { hardState: vote(2, 'n3'), entries: run(1, 2, 2) },
      { hardState: null, entries: [] },
    ],
  ];
  for (const first of [1, 2, 4, 5, 6, 7, 9, 10]) {
    yield [
      `entries replace the log from their first index on: from ${first} of 9 (3.5)`,
      [
        { hardState: vote(1, 'n1'), entries: run(1, 3, 1) },
        { hardState: null, entries: run(4, 3, 1) },
        { hardState: null, entries: run(7, 3, 1) },
        { hardState: vote(2, null), entries: run(first, 2, 2) },
        { hardState: null, entries: run(first + 2, 1, 2) },
      ],
    ];
  }
  yield ['a log can be truncated repeatedly at any index', truncations(40)];
  yield ['many small writes make one log', smallWrites(600)];
  yield [
    'entries of several MiB are stored beside small ones',
    [
      { hardState: vote(1, 'n1'), entries: [...run(1, 1, 1, 5 * mebibyte), ...run(2, 3, 1)] },
      { hardState: null, entries: run(5, 2, 1, 9 * mebibyte) },
      { hardState: null, entries: run(6, 1, 1) },
    ],
  ];
  yield [
    'a write may hold thousands of entries',
    [
      { hardState: vote(2, null), entries: run(1, 4000, 1, 1000) },
      { hardState: null, entries: run(1999, 4000, 2, 10) },
    ],
  ];
  yield [
    'data of all 256 byte values and empty data is read back unchanged',
    [{ hardState: vote(1, 'n1'), entries: [command(1, 1, eachByte()), noop(2, 1)] }],
  ];
}

function* refusals(): Generator<[fact: string, refused: Write]> {
  yield ['a gap is refused', { hardState: null, entries: run(5, 1, 1) }];
  yield ['a write into the snapshot is refused', { hardState: null, entries: run(0, 1, 1) }];
  yield [
    'an entry of a later term than currentTerm is refused',
    { hardState: vote(2, null), entries: run(4, 2, 3) },
  ];
}

/** Makes the writes one after the other, with a restart after each tenth and after the last. */
async function checkWrites(open: OpenStore, writes: readonly Write[]): Promise<void> {
  let store = await open();
  let expected = genesis;
  for (const [at, write] of writes.entries()) {
    await store.persist({ ...write, snapshot: null });
    expected = expectedAfter(expected, write);
    if (at % 10 === 9) {
      await store.close();
      store = await open();
    }
    if (at % 10 === 9 || at === writes.length - 1) assert.deepEqual(await store.load(), expected);
  }
  await store.close();
  store = await open();
  assert.deepEqual(await store.load(), expected);
  await store.close();
}

function expectedAfter(state: DurableState, { hardState, entries }: Write): DurableState {
  const first = entries[0]?.index ?? Number.POSITIVE_INFINITY;
  return {
    ...state,
    hardState: hardState ?? state.hardState,
    entries: [...state.entries.filter(({ index }) => index < first), ...entries],
  };
}

/** Checks that a write is refused and changes nothing. */
async function checkRefusal(open: OpenStore, refused: Write): Promise<void> {
  const store = await open();
  await store.persist({ hardState: vote(1, 'n1'), entries: run(1, 3, 1), snapshot: null });
  const before = await store.load();
  await assert.rejects(store.persist({ ...refused, snapshot: null }), { code: 'LETO_ASSERTION' });
  await store.close();
  const again = await open();
  assert.deepEqual(await again.load(), before);
  await again.close();
}

function truncations(length: number): Write[] {
  const writes: Write[] = [{ hardState: vote(1, null), entries: run(1, length, 1) }];
  for (let term = 2; term <= length; term += 1) {
    const first = 1 + ((term * 23) % length);
    writes.push({ hardState: vote(term, null), entries: run(first, length + 1 - first, term) });
  }
  return writes;
}

function smallWrites(count: number): Write[] {
  return Array.from({ length: count }, (_, at) => ({
    hardState: at % 100 === 0 ? vote(1 + at, 'n1') : null,
    entries: run(1 + at, 1, 1 + at - (at % 100)),
  }));
}
