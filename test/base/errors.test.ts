/** Tests errors across threads, and assertions. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertPresent, assert as insist } from '../../src/base/assert.js';
import { fromErrorData, LetoError, toErrorData } from '../../src/base/errors.js';

test('an error keeps its code and its message across a thread', () => {
  const error = new LetoError('LETO_DISK_FAILED', 'the disk is full; make room');
  const back = fromErrorData(structuredClone(toErrorData(error)));
  assert.ok(back instanceof LetoError);
  assert.equal(back.code, error.code);
  assert.equal(back.message, error.message);
  assert.equal(back.name, 'LetoError');
});

test('an unexpected error gets a code too', () => {
  const unexpected = (message: string) => ({ code: 'LETO_UNEXPECTED', message });
  assert.deepEqual(toErrorData(new TypeError('no')), unexpected('TypeError: no'));
  assert.deepEqual(toErrorData('a word'), unexpected('a word'));
  assert.deepEqual(toErrorData(undefined), unexpected('undefined'));
});

test('an assertion that holds does nothing, and one that fails shows the values', () => {
  insist(true, 'fine', 1);
  assert.throws(() => insist(false, 'broken'), { code: 'LETO_ASSERTION', message: 'broken' });
  assert.throws(() => insist(0, 'broken', 1, 'b', null), {
    code: 'LETO_ASSERTION',
    message: 'broken (1, b, null)',
  });
});

test('assertPresent returns the value, even a falsy one', () => {
  for (const value of [0, '', false, Number.NaN]) assert.equal(assertPresent(value, 'gone'), value);
  for (const nothing of [null, undefined]) {
    assert.throws(() => assertPresent(nothing, 'gone'), {
      code: 'LETO_ASSERTION',
      message: 'gone',
    });
  }
});
