import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkDiskIntent, type DiskFault } from '../../src/control/index.js';

const check = (fault: DiskFault) => checkDiskIntent({ type: 'disk', target: 'n1', fault });

test('every disk fault is accepted', () => {
  for (const type of ['ok', 'full', 'failing', 'lying'] as const) check({ type });
  for (const delayMs of [0, 0.5, 60_000]) check({ type: 'slow', delayMs });
});

test('a delay below 0, above 60 s or that is not a number is refused', () => {
  for (const delayMs of [-1, 60_001, Number.NaN]) {
    const expected = { code: 'LETO_BAD_OPTION', message: /the delay is .*; it must be from 0 to/ };
    assert.throws(() => check({ type: 'slow', delayMs }), expected);
  }
});

test('an unknown fault, as from a program of another version, is refused', () => {
  for (const type of ['burning', 'toString']) {
    const expected = {
      code: 'LETO_BAD_OPTION',
      message: /use one of ok, slow, full, failing, lying/,
    };
    assert.throws(() => check({ type } as unknown as DiskFault), expected);
  }
});
