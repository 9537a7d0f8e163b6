/** Tests of the format of history files. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readHistory, toHistoryLine } from '../../src/check/index.js';
import { cas, failed, get, set, unknown } from './operations.js';

test('an operation is written as one JSON object', () => {
  assert.deepEqual(JSON.parse(toHistoryLine(set('a', 1, 2))), {
    process: 0,
    op: 'set',
    key: 'k',
    value: 'a',
    ok: true,
    result: 'OK',
    start_ns: 1,
    end_ns: 2,
  });
});

test('a written history is read back unchanged', () => {
  const history = [
    set('a\nb\xff', 1, 2),
    unknown(set('b', 3, 4)),
    failed(set('c', 5, 6)),
    get(null, 7, 8),
    cas(null, 'd', 'OK', 9, 10),
    cas('d', 'e', null, 11, 12),
  ];
  const text = history.map((operation) => `${toHistoryLine(operation)}\n`).join('');
  assert.deepEqual(readHistory(text), history);
});

const line = toHistoryLine(set('a', 1, 2));
const damaged = [
  '{',
  'null',
  '1',
  line.replace('"set"', '"sett"'),
  line.replace('"a"', 'null'),
  line.replace('"k"', '7'),
  line.replace('true', '"yes"'),
  line.replace('"OK"', '0'),
  line.replace('"end_ns":2', '"end":2'),
];

for (const text of damaged) {
  test(`a line that is not an operation is an error: ${text}`, () => {
    assert.throws(() => readHistory(`${line}\n\n${text}\n`), {
      code: 'LETO_BAD_OPTION',
      message: /^line 3 of the history is not an operation/,
    });
  });
}
