/** Tests of the judge on random histories, against the brute-force judge of brute-force.ts. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Prng } from '../../src/base/prng.js';
import { judge, type Operation } from '../../src/check/index.js';
import { searchWithOptional } from '../../src/check/search.js';
import { hasOrder } from './brute-force.js';
import { drawHistory, type HistorySettings, mutate } from './random-histories.js';

const bounds = { configurationsMax: 1_000_000, isOverdue: () => false };
const all = ['get', 'get', 'set', 'cas', 'del', 'incr', 'append'] as const;

function isJudgedLinearizable(history: readonly Operation[]): boolean {
  const verdict = judge(history, bounds);
  assert.notEqual(verdict.type, 'unknown');
  return verdict.type === 'linearizable';
}

const large: readonly (readonly [name: string, settings: HistorySettings])[] = [
  ['all kinds', { operations: 400, processes: 8, unknownChance: 0.02, kinds: all }],
  [
    'a register',
    { operations: 400, processes: 8, unknownChance: 0.1, kinds: ['get', 'set', 'del'] },
  ],
  [
    'a counter',
    { operations: 400, processes: 8, unknownChance: 0.1, kinds: ['get', 'incr', 'del'] },
  ],
  ['one process', { operations: 400, processes: 1, unknownChance: 0.05, kinds: all }],
];

for (const [name, settings] of large) {
  test(`histories that were generated from an order are linearizable: ${name}`, () => {
    for (let seed = 1; seed <= 25; seed += 1) {
      const history = drawHistory(new Prng(seed), settings);
      assert.ok(isJudgedLinearizable(history), `seed ${seed}`);
    }
  });
}

test('the judge agrees with a brute-force search on thousands of small histories', () => {
  const tally = { linearizable: 0, violated: 0 };
  for (let seed = 1; seed <= 6000; seed += 1) {
    const prng = new Prng(seed);
    const settings: HistorySettings = {
      operations: prng.between(2, 8),
      processes: prng.between(1, 5),
      unknownChance: prng.pick([0, 0.2, 0.5]),
      kinds: prng.pick([all, ['get', 'set'], ['get', 'set', 'del'], ['get', 'incr', 'append']]),
    };
    let history = drawHistory(prng, settings);
    for (let changes = prng.below(3); changes > 0; changes -= 1) history = mutate(prng, history);
    const expected = hasOrder(history);
    assert.equal(isJudgedLinearizable(history), expected, `seed ${seed}`);
    if (expected) tally.linearizable += 1;
    else tally.violated += 1;
  }
  // Both verdicts must occur often.
  assert.ok(tally.linearizable > 1500 && tally.violated > 1500, JSON.stringify(tally));
});

test('the search agrees with brute force when some operations are optional', () => {
  const tally = { linearizable: 0, violated: 0 };
  for (let seed = 1; seed <= 4000; seed += 1) {
    const prng = new Prng(seed);
    const settings: HistorySettings = {
      operations: prng.between(3, 8),
      processes: prng.between(1, 5),
      unknownChance: prng.pick([0, 0.2]),
      kinds: prng.pick([all, ['get', 'set'], ['get', 'set', 'del'], ['get', 'incr', 'append']]),
    };
    const history = mutate(prng, drawHistory(prng, settings));
    const optional = history.filter(({ ok }) => ok === true && prng.chance(0.4));
    const others = history.filter((operation) => !optional.includes(operation));
    const expected = hasOrder(history, new Set(optional)) ? 'linearizable' : 'NOT linearizable';
    const { verdict } = searchWithOptional(others, optional, bounds);
    assert.equal(verdict, expected, `seed ${seed}`);
    tally[expected === 'linearizable' ? 'linearizable' : 'violated'] += 1;
  }
  assert.ok(tally.linearizable > 1000 && tally.violated > 500, JSON.stringify(tally));
});

test('the smallest set is a part of the history that has no order by itself', () => {
  let violations = 0;
  for (let seed = 1; seed <= 200; seed += 1) {
    const prng = new Prng(seed);
    const settings = { operations: 30, processes: 4, unknownChance: 0.1, kinds: all };
    const history = mutate(prng, drawHistory(prng, settings));
    const verdict = judge(history, bounds);
    if (verdict.type !== 'NOT linearizable') continue;
    violations += 1;
    assert.equal(judge(verdict.operations, bounds).type, 'NOT linearizable', `seed ${seed}`);
    for (const operation of verdict.operations) assert.ok(history.includes(operation));
  }
  assert.ok(violations > 50, String(violations));
});
