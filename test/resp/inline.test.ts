/** Tests inline commands. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeAll, decodePieces } from './decoding.js';

const unbalanced = 'ERR Protocol error: unbalanced quotes in request';

function words(line: string): readonly string[] | undefined {
  const { requests, error } = decodeAll(`${line}\r\n`);
  assert.equal(error, null);
  assert.ok(requests.length <= 1);
  return requests[0];
}

test('an inline command is split at blanks', () => {
  assert.deepEqual(words('SET key value'), ['SET', 'key', 'value']);
  assert.deepEqual(words(' \t SET\t key \r value  '), ['SET', 'key', 'value']);
});

test('an inline command may end in LF alone', () => {
  assert.deepEqual(decodeAll('PING\nPING\r\nPING').requests, [['PING'], ['PING']]);
});

test('empty and blank lines are skipped', () => {
  assert.deepEqual(decodeAll('\r\n\n   \r\n\t\nPING\r\n').requests, [['PING']]);
});

test('double quotes hold blanks and the escapes \\n \\r \\t \\b \\a \\xHH \\\\ \\"', () => {
  assert.deepEqual(words('ECHO "a b"'), ['ECHO', 'a b']);
  assert.deepEqual(words('ECHO ""'), ['ECHO', '']);
  assert.deepEqual(words(String.raw`ECHO "\n\r\t\b\a\x41\xfF\\\"\q"`), [
    'ECHO',
    '\n\r\t\b\u0007A\u00ff\\"q',
  ]);
  assert.deepEqual(words(String.raw`ECHO "\x4" "\xg0"`), ['ECHO', 'x4', 'xg0']);
});

test("single quotes hold anything as it is, and \\' for a quote", () => {
  assert.deepEqual(words(String.raw`ECHO 'it\'s \n "here"' ''`), [
    'ECHO',
    String.raw`it's \n "here"`,
    '',
  ]);
});

test('a quoted piece may end a word that began without quotes', () => {
  assert.deepEqual(words(`ECHO a"b c" d'e f'`), ['ECHO', 'ab c', 'de f']);
});

test('outside quotes a backslash, NUL and bytes above 127 stand for themselves', () => {
  assert.deepEqual(words('a\\nb \0 \u00ff\u0080'), ['a\\nb', '\0', '\u00ff\u0080']);
});

test('unbalanced quotes are an error, and nothing after them is decoded', () => {
  for (const line of [
    '"',
    "'",
    'ECHO "a',
    "ECHO 'a",
    'ECHO "a"b',
    "ECHO 'a'b",
    'a\\"b',
    '"a\\',
    '"\\"',
  ]) {
    const expected = { requests: [['PING']], error: unbalanced, isAttack: false };
    assert.deepEqual(decodeAll(`PING\r\n${line}\r\nPING\r\n`), expected, line);
  }
});

test('a line of 64 KiB is accepted', () => {
  const line = 'x'.repeat(64 * 1024);
  assert.deepEqual(decodeAll(`${line}\n`).requests, [[line]]);
});

test('a longer line is an error, whether or not its end has arrived, and however it is cut', () => {
  const line = 'x'.repeat(70 * 1024);
  for (const text of [line, `${line}\r\n`, `"${line}`]) {
    const expected = {
      requests: [['PING']],
      error: 'ERR Protocol error: too big inline request',
      isAttack: false,
    };
    assert.deepEqual(decodeAll(`PING\r\n${text}`), expected);
    assert.deepEqual(decodePieces(`PING\r\n${text}`), expected);
  }
});
