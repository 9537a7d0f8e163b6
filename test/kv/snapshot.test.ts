/** Tests taking snapshots while the state changes. For damaged ones see restorer.test.ts. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { valueBytesMax } from '../../src/base/limits.js';
import { StateMachine } from '../../src/kv/index.js';
import { Store } from '../../src/kv/store.js';
import { usedHeapBytes } from './heap.js';
import { apply, restore, slicesOf, stateOf, step } from './machine-state.js';
import { run } from './transcript.js';

const steps = fc.array(step, { maxLength: 40 });
const sliceBytes = fc.oneof(fc.integer({ min: 1, max: 60 }), fc.constant(4096));
/** One step of a property: a write, or a slice of at most so many bytes. */
const meanwhile = fc.array(fc.oneof(step, sliceBytes), { maxLength: 60 });

test('a snapshot holds the state at its beginning, whatever is applied meanwhile', () => {
  fc.assert(
    fc.property(steps, meanwhile, sliceBytes, (before, actions, restBytes) => {
      const machine = new StateMachine();
      const twin = new StateMachine();
      for (const write of before) assert.deepEqual(apply(machine, write), apply(twin, write));
      const expected = stateOf(machine);
      const snapshot = machine.beginSnapshot();
      const slices: string[] = [];
      let isLast = false;
      for (const action of actions) {
        if (typeof action !== 'number') {
          assert.deepEqual(apply(machine, action), apply(twin, action));
        } else if (!isLast) {
          const slice = snapshot.take(action);
          assert.ok(slice.data.length > 0 && slice.data.length <= action);
          slices.push(slice.data);
          isLast = slice.isLast;
        }
      }
      if (!isLast) slices.push(...slicesOf(snapshot, restBytes));
      assert.deepEqual(stateOf(restore(slices)), expected);
      assert.deepEqual(stateOf(machine), stateOf(twin));
    }),
    { numRuns: 1000 },
  );
});

test('a restored machine behaves like the original', () => {
  fc.assert(
    fc.property(steps, steps, (before, after) => {
      const machine = new StateMachine();
      for (const write of before) apply(machine, write);
      const restored = restore(slicesOf(machine.beginSnapshot(), 100));
      for (const write of after) assert.deepEqual(apply(restored, write), apply(machine, write));
      assert.deepEqual(stateOf(restored), stateOf(machine));
    }),
  );
});

test('consecutive snapshots, finished or cancelled, each hold the state at their own beginning', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(steps, fc.nat(20)), { maxLength: 5 }), (rounds) => {
      const machine = new StateMachine();
      for (const [writes, bytesTaken] of rounds) {
        for (const write of writes) apply(machine, write);
        const cancelled = machine.beginSnapshot();
        cancelled.take(bytesTaken + 1);
        for (const write of writes) apply(machine, write);
        cancelled.cancel();
        const expected = stateOf(machine);
        const snapshot = machine.beginSnapshot();
        cancelled.cancel();
        for (const write of writes) apply(machine, write);
        assert.deepEqual(stateOf(restore(slicesOf(snapshot, 50))), expected);
      }
    }),
  );
});

test('an empty machine can be snapshotted', () => {
  const slices = slicesOf(new StateMachine().beginSnapshot(), 1000);
  assert.equal(slices.length, 1);
  assert.deepEqual(stateOf(restore(slices)), stateOf(new StateMachine()));
});

test('only one snapshot may exist at a time, and none continues past its end', () => {
  const machine = new StateMachine();
  const snapshot = machine.beginSnapshot();
  assert.throws(() => machine.beginSnapshot(), { code: 'LETO_ASSERTION' });
  slicesOf(snapshot, 1000);
  assert.throws(() => snapshot.take(1000), { code: 'LETO_ASSERTION' });
  const other = machine.beginSnapshot();
  other.cancel();
  assert.throws(() => other.take(1000), { code: 'LETO_ASSERTION' });
});

test('FLUSHALL in the middle of a snapshot empties the machine but not the snapshot', () => {
  const machine = new StateMachine();
  for (let at = 0; at < 1000; at += 1) run(machine, ['set', `key ${at}`, `value ${at}`]);
  const expected = stateOf(machine);
  const snapshot = machine.beginSnapshot();
  const first = snapshot.take(1000).data;
  run(machine, ['set', 'key 999', 'changed']);
  run(machine, ['flushall']);
  run(machine, ['set', 'key 500', 'new']);
  assert.equal(machine.store.size, 1);
  assert.deepEqual(stateOf(restore([first, ...slicesOf(snapshot, 1000)])), expected);
});

test('the largest value goes through slices of 128 KiB', () => {
  const machine = new StateMachine();
  const largest = 'abcdefgh'.repeat(valueBytesMax / 8);
  run(machine, ['set', 'small', 'value']);
  run(machine, ['set', 'large', largest]);
  run(machine, ['set', 'last', '']);
  const slices = slicesOf(machine.beginSnapshot(), 128 * 1024);
  assert.equal(slices.length, 513);
  assert.ok(slices.slice(0, -1).every(({ length }) => length === 128 * 1024));
  const { store } = restore(slices);
  assert.ok(store.get('large') === largest);
  assert.deepEqual([store.size, store.get('small'), store.get('last')], [3, 'value', '']);
});

test('a key that changes repeatedly is kept once, until the snapshot has returned it', () => {
  const machine = new StateMachine();
  const keys = Array.from({ length: 100 }, (_, at) => `key ${at}`);
  const writeAll = (round: number) => {
    for (const key of keys) run(machine, ['set', key, `${round}`.padEnd(100_000)]);
  };
  writeAll(0);
  const snapshot = machine.beginSnapshot();
  const beforeBytes = usedHeapBytes();
  for (let round = 1; round < 10; round += 1) writeAll(round);
  assert.ok(usedHeapBytes() - beforeBytes < 15_000_000);
  const slices = slicesOf(snapshot, 128 * 1024);
  const { store } = restore(slices);
  for (const key of keys) assert.equal(store.get(key)?.trimEnd(), '0');
  store.clear();
  slices.length = 0;
  assert.ok(usedHeapBytes() - beforeBytes < 5_000_000);
});

/** Returns the 100 keys of a snapshot in its order, each of them changed after its start. */
function keysGiven(change: (store: Store, at: number) => void): number[] {
  const store = new Store();
  for (let at = 0; at < 100; at += 1) store.set(`${at}`, 'before');
  const snapshot = store.beginSnapshot();
  for (let at = 0; at < 100; at += 1) change(store, at);
  const keys: number[] = [];
  for (let entry = snapshot.next(); entry !== null; entry = snapshot.next()) {
    assert.equal(entry.value, 'before');
    keys.push(Number(entry.key));
  }
  return keys.sort((a, b) => a - b);
}

test('each key comes once, whether it is changed, removed or recreated meanwhile', () => {
  const changes: ((store: Store, at: number) => void)[] = [
    () => {},
    (store, at) => store.set(`${at}`, 'after'),
    (store, at) => store.delete(`${at}`),
    (store, at) => {
      store.delete(`${at}`);
      store.set(`${at}`, 'again');
      store.set(`new ${at}`, 'new');
    },
    (store, at) => (at % 3 === 0 ? store.delete(`${at}`) : store.set(`${at}`, 'after')),
    (store, at) => at < 99 && store.set(`${at}`, 'after'),
  ];
  for (const change of changes) {
    assert.deepEqual(
      keysGiven(change),
      Array.from({ length: 100 }, (_, at) => at),
    );
  }
});
