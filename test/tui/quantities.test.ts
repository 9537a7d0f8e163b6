import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesText, durationText, pluralize, shortNumber } from '../../src/tui/quantities.js';

test('a number is never longer than four chars', () => {
  const numbers = [0, 999, 1000, 1249, 9949, 9950, 34_500, 999_499, 999_500, 1_234_567, 99_000_000];
  assert.deepEqual(numbers.map(shortNumber), [
    '0',
    '999',
    '1.0k',
    '1.2k',
    '9.9k',
    '10k',
    '35k',
    '999k',
    '1.0M',
    '1.2M',
    '99M',
  ]);
});

test('bytes are shown in the largest unit that they fill', () => {
  const sizes = [0, 1023, 1024, 1536, 1024 ** 2, 5.5 * 1024 ** 3, 2 ** 60];
  assert.deepEqual(sizes.map(bytesText), [
    '0 B',
    '1023 B',
    '1.0 KiB',
    '1.5 KiB',
    '1.0 MiB',
    '5.5 GiB',
    '1048576.0 TiB',
  ]);
});

test('a duration is shown in its two largest units', () => {
  const second = 1000;
  const hour = 3600 * second;
  const durations = [0, 59.9 * second, 61 * second, hour + 119 * second, 27 * hour, 500 * hour];
  assert.deepEqual(durations.map(durationText), [
    '0 s',
    '59 s',
    '1 min 1 s',
    '1 h 1 min',
    '1 d 3 h',
    '20 d 20 h',
  ]);
});

test('only a count of one is singular', () => {
  assert.deepEqual(
    [0, 1, 2].map((count) => pluralize(count, 'key')),
    ['0 keys', '1 key', '2 keys'],
  );
});
