import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printable } from '../../src/base/bytes.js';

test('text in an error message holds no control byte, and nothing beyond ASCII', () => {
  assert.equal(printable('a\r\nb\u0000\u001b[31m\u007f\u00e9~ ', 100), 'a..b..[31m..~ ');
});

test('text in an error message is truncated with an ellipsis', () => {
  assert.equal(printable('abc', 3), 'abc');
  assert.equal(printable('abcd', 3), 'abc...');
  assert.equal(printable('', 3), '');
});
