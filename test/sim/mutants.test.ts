import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { mutants } from './mutants/mutants.js';
import { simulate } from './simulation.js';

/** Seeds in which a planted bug must be seen. */
const seedsMax = 2000;

const rows: string[] = [];

after(() => {
  process.stdout.write(`\n${['planted bug', 'broken invariant', 'seeds'].join(' | ')}\n`);
  for (const row of rows) process.stdout.write(`${row}\n`);
});

for (const { name, createReplica, invariants } of mutants) {
  test(`a node that ${name} is caught`, () => {
    for (let seed = 1; seed <= seedsMax; seed += 1) {
      const { failure } = simulate({ seed, steps: 1000, createReplica });
      if (!failure) continue;
      rows.push(`${name} | ${failure.invariant} | ${seed}`);
      assert.ok(invariants.includes(failure.invariant), `${failure.invariant}: ${failure.message}`);
      return;
    }
    assert.fail(`not seen in ${seedsMax} seeds`);
  });
}
