import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keySlot } from '../../src/server/redirection.js';

/** The answers of CLUSTER KEYSLOT in Redis 7.0.15. */
const slots: readonly [key: string, slot: number][] = [
  ['', 0],
  ['123456789', 12739],
  ['foo', 12182],
  ['bar', 5061],
  ['hello', 866],
  ['user1000', 3443],
  [Buffer.from('你好').toString('latin1'), 14231],
];

/** Only the tag of a key counts: the text between its first { and the next }. */
const tagged: readonly [key: string, slot: number][] = [
  ['{user1000}.following', 3443],
  ['a{user1000}b', 3443],
  ['foo{bar}{zap}', 5061],
  ['foo{{bar}}zap', 4015],
  ['}{tag}', 8338],
];

/** The whole key counts when the tag is empty or not closed. */
const untagged: readonly [key: string, slot: number][] = [
  ['foo{}{bar}', 8363],
  ['{}', 15257],
  ['a{', 14311],
  ['}', 12090],
  ['a}b{', 6027],
  ['{a', 10276],
];

for (const [key, slot] of [...slots, ...tagged, ...untagged]) {
  test(`the slot of ${JSON.stringify(key)} is ${slot}, as in Redis Cluster`, () => {
    assert.equal(keySlot(key), slot);
  });
}
