/** Tests that the generator is deterministic and sufficiently random. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Prng } from '../../src/base/prng.js';

function draws(prng: Prng, count: number): number[] {
  return Array.from({ length: count }, () => prng.next());
}

test('the same seed gives the same numbers, and another seed gives others', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.maxSafeNat(), (seed, other) => {
      const numbers = draws(new Prng(seed), 20);
      assert.deepEqual(draws(new Prng(seed), 20), numbers);
      if (other !== seed) assert.notDeepEqual(draws(new Prng(other), 20), numbers);
    }),
  );
});

test('seeds that differ by one, or only above 32 bits, give unrelated numbers', () => {
  const seeds = [0, 1, 2, 3, 2 ** 32, 2 ** 32 + 1, 2 ** 40];
  const first = seeds.map((seed) => new Prng(seed).next());
  assert.equal(new Set(first).size, seeds.length);
  const sorted = first.sort((a, b) => a - b);
  for (const [at, number] of sorted.entries()) assert.ok(number - (sorted[at - 1] ?? -1) > 1e-4);
});

test('next is in [0, 1), below in [0, limit), between in [min, max), and whole', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.integer({ min: 1, max: 2 ** 32 }), (seed, limit) => {
      const prng = new Prng(seed);
      for (let draw = 0; draw < 50; draw += 1) {
        const real = prng.next();
        assert.ok(real >= 0 && real < 1);
        const below = prng.below(limit);
        assert.ok(Number.isInteger(below) && below >= 0 && below < limit);
        const between = prng.between(-limit, limit);
        assert.ok(Number.isInteger(between) && between >= -limit && between < limit);
      }
    }),
  );
});

test('a range of one number has that number', () => {
  const prng = new Prng(1);
  assert.equal(prng.below(1), 0);
  assert.equal(prng.between(7, 8), 7);
  assert.equal(prng.between(7, 7), 7);
});

test('numbers are uniform: each tenth of the range gets about a tenth of them', () => {
  for (const seed of [0, 1, 42, 2 ** 50]) {
    const prng = new Prng(seed);
    const counts = Array(10).fill(0);
    for (let draw = 0; draw < 100_000; draw += 1) counts[prng.below(10)] += 1;
    for (const count of counts) assert.ok(count > 9_500 && count < 10_500, `${counts}`);
  }
});

test('every bit is set about half of the time', () => {
  const prng = new Prng(7);
  const counts = Array(32).fill(0);
  for (let draw = 0; draw < 20_000; draw += 1) {
    const bits = prng.below(2 ** 32);
    for (let bit = 0; bit < 32; bit += 1) counts[bit] += (bits >>> bit) & 1;
  }
  for (const count of counts) assert.ok(count > 9_500 && count < 10_500, `${counts}`);
});

test('consecutive numbers are not correlated', () => {
  const numbers = draws(new Prng(3), 50_000).map((number) => number - 0.5);
  const product = numbers.reduce((sum, number, at) => sum + number * (numbers[at - 1] ?? 0), 0);
  const square = numbers.reduce((sum, number) => sum + number * number, 0);
  assert.ok(Math.abs(product / square) < 0.02);
});

test('chance is true as often as it says', () => {
  const prng = new Prng(5);
  for (const probability of [0, 0.1, 0.5, 1]) {
    const hits = Array.from({ length: 20_000 }, () => prng.chance(probability)).filter(Boolean);
    assert.ok(Math.abs(hits.length / 20_000 - probability) < 0.02);
    if (probability === 0 || probability === 1) assert.equal(hits.length, 20_000 * probability);
  }
});

test('pick returns every item at times, and throws for an empty list', () => {
  const prng = new Prng(5);
  const picked = new Set(Array.from({ length: 200 }, () => prng.pick(['a', 'b', 'c'])));
  assert.deepEqual([...picked].sort(), ['a', 'b', 'c']);
  assert.throws(() => prng.pick([]), RangeError);
});

test('shuffle keeps the items, and every order is about equally likely', () => {
  const prng = new Prng(9);
  const orders = new Map<string, number>();
  for (let draw = 0; draw < 6000; draw += 1) {
    const order = prng.shuffle(['a', 'b', 'c']).join('');
    orders.set(order, (orders.get(order) ?? 0) + 1);
  }
  assert.deepEqual([...orders.keys()].sort(), ['abc', 'acb', 'bac', 'bca', 'cab', 'cba']);
  for (const count of orders.values()) assert.ok(count > 850 && count < 1150);
});
