import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkTimeIntent, type TimeIntent } from '../../src/control/index.js';

const accepted: readonly TimeIntent[] = [
  { type: 'speed', factor: 0 },
  { type: 'speed', factor: 0.01 },
  { type: 'speed', factor: 1 },
  { type: 'step', count: 1 },
  { type: 'step', count: 10_000 },
  { type: 'align' },
];

for (const intent of accepted) {
  test(`${JSON.stringify(intent)} is accepted`, () => checkTimeIntent(intent));
}

const speed = 'it must be 0 (time is stopped), or from 0.01 to 1 (real time)';
const steps = 'it must be a whole number from 1 to 10000';

const refused: readonly (readonly [TimeIntent, string])[] = [
  [{ type: 'speed', factor: -1 }, `speed is -1; ${speed}`],
  [{ type: 'speed', factor: 0.001 }, `speed is 0.001; ${speed}`],
  [{ type: 'speed', factor: 2 }, `speed is 2; ${speed}`],
  [{ type: 'speed', factor: Number.NaN }, `speed is NaN; ${speed}`],
  [{ type: 'step', count: 0 }, `steps is 0; ${steps}`],
  [{ type: 'step', count: 1.5 }, `steps is 1.5; ${steps}`],
  [{ type: 'step', count: 10_001 }, `steps is 10001; ${steps}`],
];

for (const [intent, message] of refused) {
  test(`${JSON.stringify(intent)} is refused: ${message}`, () => {
    assert.throws(() => checkTimeIntent(intent), { code: 'LETO_BAD_OPTION', message });
  });
}
