/** Tests the memory accounting of the store. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { StateMachine } from '../../src/kv/index.js';
import { Store } from '../../src/kv/store.js';
import { usedHeapBytes } from './heap.js';
import { run } from './transcript.js';

const overheadBytes = 120;

const operation = fc.oneof(
  fc.record({ set: fc.constantFrom('', 'a', 'bb', 'ccc'), value: fc.string() }),
  fc.record({ remove: fc.constantFrom('', 'a', 'bb', 'ccc') }),
  fc.record({ clear: fc.constant(true) }),
);

test('usedBytes is exact after any operations', () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
      const store = new Store();
      const model = new Map<string, string>();
      for (const change of operations) {
        if ('clear' in change) {
          store.clear();
          model.clear();
        } else if ('remove' in change) {
          assert.equal(store.delete(change.remove), model.delete(change.remove));
        } else {
          store.set(change.set, change.value);
          model.set(change.set, change.value);
        }
      }
      const bytes = [...model].map(([key, value]) => key.length + value.length + overheadBytes);
      assert.equal(
        store.usedBytes,
        bytes.reduce((sum, count) => sum + count, 0),
      );
      assert.deepEqual([...store.entries()], [...model]);
      assert.equal(store.size, model.size);
    }),
  );
});

test('a stored value does not keep the rest of its command in memory', () => {
  const machine = new StateMachine();
  const large = 4_000_000;
  for (let at = 0; at < 25; at += 1) {
    run(machine, ['mset', 'large', 'x'.repeat(large), `key ${at}`, `a value of its own ${at}`]);
    run(machine, ['del', 'large']);
  }
  const heapUsed = usedHeapBytes();
  assert.ok(machine.store.usedBytes < 5000);
  assert.ok(heapUsed < 10 * large, `${heapUsed} bytes are used for ${machine.store.usedBytes}`);
});
