/** Runs many seeds, and checks that runs are deterministic and use every command. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Prng } from '../../src/base/prng.js';
import { allCommands } from '../../src/kv/index.js';
import { drawCommand } from './commands.js';
import { noTotals, simulateAll, sumOf } from './parallel.js';
import { drawSettings } from './settings.js';
import { simulate } from './simulation.js';
import { Trace } from './trace.js';

const seeds = 10_000;
const steps = 1000;

function tracedRun(seed: number) {
  const trace = new Trace(Number.MAX_SAFE_INTEGER);
  const { hash } = simulate({ seed, steps, trace });
  return { hash, text: trace.lines.join('\n') };
}

test(`no invariant breaks in ${seeds} seeds of ${steps} steps, most of which prove something`, async () => {
  let totals = noTotals;
  const range = { first: 1, count: seeds, steps, batchSeeds: 20 };
  const failedSeed = await simulateAll(range, (batch) => {
    totals = sumOf(totals, batch.totals);
  });
  const { invariant, message } = failedSeed
    ? (simulate({ seed: failedSeed, steps }).failure ?? {})
    : {};
  assert.equal(failedSeed, null, `seed ${failedSeed}: ${invariant}: ${message}`);
  assert.equal(totals.seeds, seeds);
  assert.ok(totals.steps >= seeds * steps, `only ${totals.steps} steps`);
  assert.ok(totals.counted >= seeds * 0.8, `only ${totals.counted} of ${seeds} seeds count`);
  for (const [name, value] of Object.entries(totals.statistics)) {
    assert.ok(value > seeds / 100, `hardly any ${name}: ${value}`);
  }
});

test('the same seed gives the same run, byte for byte', () => {
  for (const seed of [1, 2, 3]) {
    const first = tracedRun(seed);
    assert.ok(first.text.length > 10_000);
    assert.deepEqual(tracedRun(seed), first);
    assert.equal(simulate({ seed, steps }).hash, first.hash, 'the trace changed the run');
  }
});

test('different seeds give different runs', () => {
  const hashes = [1, 2, 3, 4, 5].map((seed) => simulate({ seed, steps }).hash);
  assert.equal(new Set(hashes).size, hashes.length);
});

test('the workload sends every command of the table', () => {
  const prng = new Prng(1);
  const { workload } = drawSettings(prng);
  const sent = new Set<string>();
  for (let number = 0; number < 2000; number += 1) {
    sent.add(drawCommand(prng, workload, number).spec.name);
  }
  for (const { name } of allCommands()) assert.ok(sent.has(name), name);
});
