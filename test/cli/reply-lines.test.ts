/** How replies are shown, compared with redis-cli. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RespReply } from '../../src/check/index.js';
import { isFailure, replyLines } from '../../src/cli/cluster/reply-lines.js';

const bulk = (bytes: string): RespReply => ({ type: 'bulk', bytes });
const integer = (value: number): RespReply => ({ type: 'integer', value });
const array = (...items: readonly RespReply[]): RespReply => ({ type: 'array', items });

const shown: readonly (readonly [RespReply, readonly string[]])[] = [
  [{ type: 'simple', text: 'OK' }, ['OK']],
  [{ type: 'error', text: 'ERR no' }, ['(error) ERR no']],
  [integer(7), ['(integer) 7']],
  [{ type: 'null' }, ['(nil)']],
  [bulk('a "b"\n\\'), ['"a \\"b\\"\\n\\\\"']],
  [bulk('\xc3\xa0'), ['"à"']],
  [bulk('a\xff\x00'), ['"a\\xff\\x00"']],
  [bulk('\x1b[2J'), ['"\\x1b[2J"']],
  [array(), ['(empty array)']],
  [array(bulk('a'), integer(1)), ['1) "a"', '2) (integer) 1']],
  [array(array(bulk('a'), bulk('b')), bulk('c')), ['1) 1) "a"', '   2) "b"', '2) "c"']],
  [{ type: 'map', pairs: [[bulk('a'), integer(1)]] }, ['1) "a"', '2) (integer) 1']],
];

for (const [reply, lines] of shown) {
  test(`${JSON.stringify(reply)} is shown as redis-cli does`, () => {
    assert.deepEqual(replyLines(reply), lines);
  });
}

test('only an error is a failure', () => {
  assert.ok(isFailure({ type: 'error', text: 'ERR no' }));
  assert.ok(!isFailure({ type: 'null' }));
});
