/** Tests of the comparison of keys and values, and of the list of differences. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareSizes, compareValues } from '../../src/check/compare-states.js';
import { Differences } from '../../src/check/differences.js';
import { stressEntries } from '../../src/check/stress-entries.js';

const entries = stressEntries(7, 10);
const values = entries.map(({ value }) => value);

test('every entry has its own key and value, and the same ones each time', () => {
  const many = stressEntries(0, 2000);
  assert.equal(new Set(many.map(({ key }) => key)).size, 2000);
  assert.equal(new Set(many.map(({ value }) => value)).size, 2000);
  assert.deepEqual(many.slice(7, 10), entries);
});

test('inserted values have no differences', () => {
  assert.deepEqual(compareValues('n2', values, entries), []);
});

test('a missing key, a wrong value and a short answer are reported with node and key', () => {
  assert.deepEqual(compareValues('n2', values.with(1, null as never), entries), [
    'n2: key entry:8 is missing',
  ]);
  assert.deepEqual(compareValues('n2', values.slice(0, 2), entries), [
    'n2: key entry:9 is missing',
  ]);
  const [difference] = compareValues('n2', values.with(0, 'a\r'), entries);
  assert.match(difference ?? '', /^n2: key entry:7 holds "a\.", not "value of entry:7 \.+"$/);
});

test('a wrong number of keys is reported', () => {
  assert.deepEqual(compareSizes('n3', 10, 10), []);
  assert.deepEqual(compareSizes('n3', 11, 10), ['n3: 11 keys, not 10']);
});

test('a long list of differences is cut short, with the number of the others', () => {
  const differences = new Differences();
  differences.add(...Array.from({ length: 15 }, (_, at) => `a${at}`));
  assert.equal(differences.summary.length, 15);
  differences.add(...Array.from({ length: 15 }, (_, at) => `b${at}`));
  assert.equal(differences.summary.length, 21);
  assert.deepEqual(differences.summary.slice(-2), ['b4', 'and 10 more']);
});
