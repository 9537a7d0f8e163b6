/** Tests the RESP2 and RESP3 forms of replies. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  arrayReply,
  bulkReply,
  errorReply,
  integerReply,
  mapReply,
  nullReply,
  okReply,
  type Reply,
} from '../../src/kv/index.js';
import { encodeReply } from '../../src/resp/index.js';

function simple(text: string): Reply {
  return { type: 'simple', text };
}

const nested = arrayReply([
  integerReply(1),
  nullReply,
  mapReply([[bulkReply('a'), arrayReply([])]]),
]);

/** A reply, its form in RESP2, and its form in RESP3 where that differs. */
const forms: readonly (readonly [what: string, reply: Reply, resp2: string, resp3?: string])[] = [
  ['OK', okReply, '+OK\r\n'],
  ['a simple string', simple('PONG'), '+PONG\r\n'],
  ['an error', errorReply('ERR syntax error'), '-ERR syntax error\r\n'],
  ['zero', integerReply(0), ':0\r\n'],
  ['a small bigint', integerReply(7n), ':7\r\n'],
  ['a negative integer', integerReply(-1), ':-1\r\n'],
  [
    'the largest small integer and one more',
    arrayReply([integerReply(1023), integerReply(1024)]),
    '*2\r\n:1023\r\n:1024\r\n',
  ],
  ['the largest integer', integerReply(2n ** 63n - 1n), ':9223372036854775807\r\n'],
  ['the smallest integer', integerReply(-(2n ** 63n)), ':-9223372036854775808\r\n'],
  ['a bulk string', bulkReply('a\r\n\0\u00ff'), '$5\r\na\r\n\0\u00ff\r\n'],
  ['an empty bulk string', bulkReply(''), '$0\r\n\r\n'],
  ['null', nullReply, '$-1\r\n', '_\r\n'],
  ['an empty array', arrayReply([]), '*0\r\n'],
  [
    'a map',
    mapReply([[bulkReply('a'), integerReply(1)]]),
    '*2\r\n$1\r\na\r\n:1\r\n',
    '%1\r\n$1\r\na\r\n:1\r\n',
  ],
  [
    'a nested reply',
    nested,
    '*3\r\n:1\r\n$-1\r\n*2\r\n$1\r\na\r\n*0\r\n',
    '*3\r\n:1\r\n_\r\n%1\r\n$1\r\na\r\n*0\r\n',
  ],
];

for (const [what, reply, resp2, resp3 = resp2] of forms) {
  test(`${what} has its form in RESP2 and in RESP3`, () => {
    assert.equal(encodeReply(reply, 2), resp2);
    assert.equal(encodeReply(reply, 3), resp3);
  });
}

test('bytes of a client that a line echoes cannot start a reply of their own', () => {
  for (const make of [errorReply, simple]) {
    const text = encodeReply(make('ERR unknown command `a\r\n+OK\r\n\0\u001b[2J`'), 2);
    assert.equal(text.slice(1), 'ERR unknown command `a..+OK....[2J`\r\n');
  }
});

test('a char whose low byte is CR or LF, as latin1 would write it, is replaced too', () => {
  assert.equal(encodeReply(errorReply('ERR \u010d\u010a+OK'), 2), '-ERR ..+OK\r\n');
});

test('a long error is truncated', () => {
  const text = encodeReply(errorReply('x'.repeat(1024 * 1024)), 2);
  assert.equal(text, `-${'x'.repeat(1024)}...\r\n`);
});

test('a number that is not an integer is never sent as one', () => {
  for (const value of [1.5, Number.NaN, 2 ** 53]) {
    assert.throws(() => encodeReply(integerReply(value), 2), { code: 'LETO_ASSERTION' });
  }
});

test('a reply of more than 128 MiB becomes an error, however deep its large part is nested', () => {
  const value = bulkReply('x'.repeat(64 * 1024 * 1024));
  const values = arrayReply(Array.from({ length: 100 }, () => value));
  for (const reply of [
    values,
    arrayReply([values, values]),
    mapReply([[bulkReply('k'), values]]),
  ]) {
    const text = encodeReply(reply, 2);
    assert.equal(text.slice(0, 100), '-ERR the reply is too large: ask for less at once\r\n');
  }
  assert.equal(encodeReply(arrayReply([value]), 2).slice(0, 15), '*1\r\n$67108864\r\n');
});
