/** Tests of the judge on written histories; random-histories.test.ts has random ones. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge, type Operation } from '../../src/check/index.js';
import { append, cas, del, failed, get, incr, on, set, unknown } from './operations.js';

const bounds = { configurationsMax: 100_000, isOverdue: () => false };
const notAnInteger = 'ERR value is not an integer or out of range';

const good: readonly (readonly [name: string, history: readonly Operation[]])[] = [
  ['nothing at all', []],
  ['an absent key', [get(null, 1, 2)]],
  ['a read of the last write', [set('a', 1, 2), set('b', 3, 4), get('b', 5, 6)]],
  ['a read of either of two writes at once', [set('a', 1, 9), set('b', 1, 9), get('a', 10, 11)]],
  ['the same, in the other order', [set('a', 1, 9), set('b', 1, 9), get('b', 10, 11)]],
  [
    'reads that see two writes at once one after the other',
    [set('a', 1, 9), set('b', 1, 9), get('b', 2, 3), get('a', 4, 5), get('a', 10, 11)],
  ],
  ['a read of a write that has not ended', [set('a', 1, 9), get('a', 2, 3)]],
  ['a read that began before the write and ended after it', [set('a', 2, 3), get(null, 1, 9)]],
  ['two operations that meet at one instant', [set('a', 1, 2), get(null, 2, 3)]],
  ['an unknown write that is seen', [unknown(set('a', 1, 2)), get('a', 3, 4)]],
  ['an unknown write that never happens', [unknown(set('a', 1, 2)), get(null, 3, 4)]],
  [
    'an unknown write that takes effect late',
    [unknown(set('a', 1, 2)), set('b', 3, 4), get('b', 5, 6), get('a', 7, 8)],
  ],
  [
    'an unknown del that takes effect late',
    [set('a', 1, 2), unknown(del('1', 3, 4)), get('a', 5, 6), get(null, 7, 8)],
  ],
  [
    'as many unknown increments as are seen',
    [unknown(incr('', 1, 2)), unknown(incr('', 3, 4)), incr('2', 5, 6), incr('4', 7, 8)],
  ],
  [
    'an unknown append in the middle',
    [
      append('a', '1', 1, 2),
      unknown(append('b', '', 3, 4)),
      append('c', '3', 5, 6),
      get('abc', 7, 8),
    ],
  ],
  ['an unknown read', [set('a', 1, 2), unknown(get('b', 3, 4)), get('a', 5, 6)]],
  ['a failed write that is not seen', [failed(set('a', 1, 2)), get(null, 3, 4)]],
  ['del of what was there and what was not', [set('a', 1, 2), del('1', 3, 4), del('0', 5, 6)]],
  ['incr of an absent key, then of a number', [incr('1', 1, 2), incr('2', 3, 4)]],
  [
    'incr of the least number',
    [set('-9223372036854775808', 1, 2), incr('-9223372036854775807', 3, 4)],
  ],
  [
    'incr of a value that is not a number changes nothing',
    [set('x', 1, 2), incr(notAnInteger, 3, 4), get('x', 5, 6)],
  ],
  [
    'incr of the greatest number changes nothing',
    [
      set('9223372036854775807', 1, 2),
      incr('ERR increment or decrement would overflow', 3, 4),
      get('9223372036854775807', 5, 6),
    ],
  ],
  [
    'cas that finds what it expects, and one that does not',
    [
      cas(null, 'a', 'OK', 1, 2),
      cas('a', 'b', 'OK', 3, 4),
      cas('a', 'c', null, 5, 6),
      get('b', 7, 8),
    ],
  ],
  [
    'a write of the present value, which is needed later',
    [set('a', 1, 10), del('1', 3, 12), set('a', 5, 21), get('a', 7, 11), del('1', 8, 19)],
  ],
  ['two keys with separate histories', [set('a', 1, 2), on('other', get(null, 3, 4))]],
];

const bad: readonly (readonly [
  name: string,
  history: readonly Operation[],
  shown?: readonly Operation[],
])[] = [
  ['a stale read', [set('a', 1, 2), set('b', 3, 4), get('a', 5, 6)]],
  ['a read of an absent key after a write', [set('a', 1, 2), get(null, 3, 4)]],
  ['a read of a value that was never written', [set('a', 1, 2), get('z', 3, 4)], [get('z', 3, 4)]],
  ['a read of a write that begins later', [get('a', 1, 2), set('a', 3, 4)]],
  ['an aborted read', [failed(set('a', 1, 2)), get('a', 3, 4)], [get('a', 3, 4)]],
  ['reads that go back', [set('a', 1, 2), set('b', 3, 20), get('b', 5, 6), get('a', 7, 8)]],
  [
    'two readers who see two writes in different orders',
    [set('a', 1, 2), set('b', 1, 2), get('a', 3, 4), get('b', 5, 6)],
  ],
  ['a lost write', [set('a', 1, 2), del('0', 3, 4)]],
  ['a lost increment', [incr('1', 1, 2), incr('1', 3, 4)], [incr('1', 1, 2), incr('1', 3, 4)]],
  ['an increment that happened twice', [incr('1', 1, 2), get('2', 3, 4)]],
  [
    'a lost increment among increments at once',
    [incr('1', 1, 9), incr('2', 1, 9), incr('2', 1, 9)],
  ],
  ['an append that happened twice', [append('a', '1', 1, 2), get('aa', 3, 4)]],
  ['an append that is lost', [append('a', '1', 1, 2), append('b', '1', 3, 4)]],
  [
    'appends that are seen in different orders',
    [append('a', '1', 1, 9), append('b', '2', 1, 9), get('ba', 10, 11)],
  ],
  ['two winners of one cas', [cas(null, 'a', 'OK', 1, 9), cas(null, 'b', 'OK', 1, 9)]],
  ['a cas that fails on what it expects', [set('a', 1, 2), cas('a', 'b', null, 3, 4)]],
  ['an unknown write seen before it begins', [get('a', 1, 2), unknown(set('a', 3, 4))]],
  [
    'an unknown write that happens twice',
    [unknown(set('a', 1, 2)), get('a', 3, 4), set('b', 5, 6), get('b', 7, 8), get('a', 9, 10)],
  ],
  [
    'more increments than were tried',
    [unknown(incr('', 1, 2)), unknown(incr('', 1, 2)), incr('4', 3, 4)],
  ],
  [
    'an unknown write that goes away again',
    [unknown(set('a', 1, 2)), get('a', 3, 4), get(null, 5, 6)],
  ],
];

for (const [name, history] of good) {
  test(`linearizable: ${name}`, () => {
    assert.deepEqual(judge(history, bounds), { type: 'linearizable' });
    assert.deepEqual(judge(history.toReversed(), bounds), { type: 'linearizable' });
  });
}

for (const [name, history, shown] of bad) {
  test(`NOT linearizable: ${name}`, () => {
    const verdict = judge(history, bounds);
    assert.ok(verdict.type === 'NOT linearizable');
    assert.equal(verdict.key, 'k');
    assert.deepEqual(judge(history.toReversed(), bounds).type, 'NOT linearizable');
    if (shown) assert.deepEqual(verdict.operations, shown);
    else assert.deepEqual(judge(verdict.operations, bounds).type, 'NOT linearizable');
  });
}

test('a violation on one key is found among other keys, and only that key is shown', () => {
  const history = [on('x', set('a', 1, 2)), get('z', 3, 4), on('y', get(null, 5, 6))];
  const verdict = judge(history, bounds);
  assert.deepEqual(verdict, {
    type: 'NOT linearizable',
    key: 'k',
    operations: [get('z', 3, 4)],
  });
});

test('operations that have nothing to do with a violation are not shown', () => {
  const unrelated = Array.from({ length: 50 }, (_, at) => [
    set(`v${at}`, 10 * at, 10 * at + 2),
    get(`v${at}`, 10 * at + 3, 10 * at + 4),
  ]).flat();
  const later = set('later', 1100, 1101);
  const stale = [set('a', 1000, 1001), set('b', 1002, 1003), get('a', 1004, 1005)];
  const verdict = judge([...unrelated, ...stale, later], bounds);
  assert.deepEqual(verdict, { type: 'NOT linearizable', key: 'k', operations: stale });
});

test('a counter that falls back is shown by two increments, among many other operations', () => {
  const before = Array.from({ length: 40 }, (_, at) => incr(String(at + 1), 4 * at, 4 * at + 3));
  const unknowns = Array.from({ length: 8 }, (_, at) => unknown(incr('', 40 * at, 40 * at + 9)));
  const fallen = [incr('1', 200, 202), incr('2', 203, 205), get('2', 206, 207)];
  const verdict = judge([...before, ...unknowns, ...fallen], bounds);
  assert.ok(verdict.type === 'NOT linearizable');
  const [high, low] = verdict.operations;
  assert.equal(verdict.operations.length, 2);
  assert.ok(Number(high?.result) > Number(low?.result));
});

test('reads are left out of a violation before writes', () => {
  const stale = [set('a', 1, 2), set('b', 5, 6), get('a', 7, 8)];
  const verdict = judge([...stale, get('a', 3, 4), get('a', 9, 10)], bounds);
  assert.deepEqual(verdict, { type: 'NOT linearizable', key: 'k', operations: stale });
});

test('an unknown write is shown when a shown read saw it', () => {
  const history = [set('a', 1, 2), unknown(set('b', 3, 4)), get('b', 5, 6), get('a', 7, 8)];
  const verdict = judge(history, bounds);
  assert.deepEqual(verdict, { type: 'NOT linearizable', key: 'k', operations: history });
});

test('a search that exceeds its bounds is unknown, and names the keys', () => {
  const history = Array.from({ length: 9 }, (_, at) => set(`v${at}`, 1, 100));
  const impossible = [...history, get('z', 1, 100)];
  const few = { configurationsMax: 100, isOverdue: () => false };
  assert.deepEqual(judge(impossible, few), { type: 'unknown', keys: ['k'] });
  const late = { configurationsMax: 100_000, isOverdue: () => true };
  assert.deepEqual(judge(impossible, late), { type: 'unknown', keys: ['k'] });
  assert.equal(judge(impossible, bounds).type, 'NOT linearizable');
  const elsewhere = [...impossible, on('other', get('z', 1, 2))];
  assert.deepEqual(judge(elsewhere, few).type, 'NOT linearizable');
});

test('many unknown writes do not make the search slow', () => {
  const unknowns = Array.from({ length: 200 }, (_, at) => unknown(set(`u${at}`, at, at)));
  const known = Array.from({ length: 200 }, (_, at) => [
    set(`v${at}`, 1000 + 10 * at, 1002 + 10 * at),
    get(`v${at}`, 1003 + 10 * at, 1004 + 10 * at),
  ]).flat();
  const history = [...unknowns, ...known];
  assert.deepEqual(judge(history, bounds), { type: 'linearizable' });
  const stale = get('v0', 9000, 9001);
  assert.equal(judge([...history, stale], bounds).type, 'NOT linearizable');
});
