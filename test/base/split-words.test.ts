/** Tests the quoting rules. test/resp/inline.test.ts tests them through the decoder. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitWords } from '../../src/base/split-words.js';

for (const [line, words] of [
  ['set a 1', ['set', 'a', '1']],
  ['  get \t a ', ['get', 'a']],
  ['set a "b c"', ['set', 'a', 'b c']],
  ["set a 'b \"c'", ['set', 'a', 'b "c']],
  ['set a ""', ['set', 'a', '']],
  ['set a "\\"\\\\\\n\\x41\\q"', ['set', 'a', '"\\\nAq']],
  ["set a 'it\\'s'", ['set', 'a', "it's"]],
  ['set a "\\xff"', ['set', 'a', '\xff']],
  ['set à ü', ['set', '\xc3\xa0', '\xc3\xbc']],
  ['', []],
  ['set a"b c"', ['set', 'ab c']],
] as const) {
  test(`${JSON.stringify(line)} is ${words.length} words`, () => {
    assert.deepEqual(splitWords(Buffer.from(line).toString('latin1')), words);
  });
}

for (const line of ['set a "b', "set a 'b", 'set a "b"c', '"']) {
  test(`${line} has unbalanced quotes`, () => {
    assert.equal(splitWords(Buffer.from(line).toString('latin1')), null);
  });
}
