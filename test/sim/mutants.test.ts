/** Checks that every planted bug is caught, and prints after how many seeds. */

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { mutants } from './mutants/mutants.js';
import { simulate } from './simulation.js';
import { type Invariant, invariants } from './violation.js';

/** The number of seeds within which a planted bug must be found. */
const seedsMax = 2000;

const seen = new Set<Invariant>();
const rows = ['planted bug | broken invariant | seeds'];

after(() => {
  process.stdout.write(`\n${rows.join('\n')}\n`);
});

for (const { name, invariants: expected, firstSeed = 1, ...planted } of mutants) {
  test(`a node that ${name} is caught`, () => {
    for (let seed = firstSeed; seed <= firstSeed + seedsMax; seed += 1) {
      const { failure } = simulate({ seed, steps: 1000, ...planted });
      if (!failure) continue;
      const { invariant, message } = failure;
      rows.push(`${name} | ${invariant} | ${seed}`);
      seen.add(invariant);
      assert.ok(expected.includes(invariant), `${invariant}: ${message}`);
      return;
    }
    assert.fail(`not found in ${seedsMax} seeds`);
  });
}

test('every invariant is broken by some mutant', () => {
  const unseen = invariants.filter((name) => name !== 'core-assertion' && !seen.has(name));
  assert.deepEqual(unseen, []);
});
