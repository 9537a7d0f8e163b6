/** Tests of the operations and keys that a workload draws. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Prng } from '../../src/base/prng.js';
import { Workload } from '../../src/check/workload.js';

function draw(count: number, keyCount: number, prefix = '') {
  const workload = new Workload(keyCount, prefix);
  const prng = new Prng(7);
  return { workload, plans: Array.from({ length: count }, () => workload.draw(prng)) };
}

test('each kind of key gets its own kinds of operations', () => {
  const { plans } = draw(3000, 3);
  const kinds = new Map<string, Set<string>>();
  for (const { op, key } of plans) {
    const letter = key.charAt(0);
    kinds.set(letter, (kinds.get(letter) ?? new Set()).add(op));
  }
  assert.deepEqual([...(kinds.get('r') ?? [])].sort(), ['cas', 'del', 'get', 'set']);
  assert.deepEqual([...(kinds.get('c') ?? [])].sort(), ['del', 'get', 'incr']);
  assert.deepEqual([...(kinds.get('a') ?? [])].sort(), ['append', 'del', 'get']);
});

test('no value is written twice', () => {
  const values = draw(3000, 5).plans.flatMap(({ value }) => (value === null ? [] : [value]));
  assert.ok(values.length > 500);
  assert.equal(new Set(values).size, values.length);
});

test('a key is replaced after 400 operations, and every key that was used is listed', () => {
  const { workload, plans } = draw(5000, 4, 'run:');
  const counts = new Map<string, number>();
  for (const { key } of plans) counts.set(key, (counts.get(key) ?? 0) + 1);
  assert.deepEqual([...counts.keys()].sort(), [...workload.keys].sort());
  assert.ok(workload.keys.every((key) => /^run:[rca][01]\.\d$/.test(key)));
  assert.equal(Math.max(...counts.values()), 400);
});
