import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clockText, parseTime, preciseText } from '../../src/recording/times.js';

const known: readonly (readonly [text: string, ms: number | null])[] = [
  ['0', 0],
  ['1500', 1500],
  ['500ms', 500],
  ['34s', 34_000],
  ['1.5s', 1500],
  ['2m', 120_000],
  ['1m30s', 90_000],
  ['1h2m3s4ms', 3_723_004],
  ['1:30', 90_000],
  ['1:02:03.5', 3_723_500],
  ['', null],
  ['soon', null],
  ['-1', null],
  ['1.5', null],
  ['1:3', null],
  ['30s1m', null],
];

for (const [text, ms] of known) {
  test(`${JSON.stringify(text)} is ${ms === null ? 'not a time' : `${ms} ms`}`, () => {
    assert.equal(parseTime(text), ms);
  });
}

test('times are formatted as on a clock, or to the millisecond', () => {
  assert.deepEqual([0, 34_999, 725_000, 3_723_000].map(clockText), [
    '0:00',
    '0:34',
    '12:05',
    '1:02:03',
  ]);
  assert.deepEqual([7, 34_210, 124_210].map(preciseText), ['0.007 s', '34.210 s', '2:04.210']);
});
