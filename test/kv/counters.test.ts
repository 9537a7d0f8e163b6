/** Transcripts of INCR, DECR, INCRBY and DECRBY. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { StateMachine } from '../../src/kv/index.js';
import { isInt64, parseInt64 } from '../../src/kv/integers.js';
import { play, run, show } from './transcript.js';

const int64Max = 2n ** 63n - 1n;
const int64Min = -(2n ** 63n);

test('counters begin at 0 and are kept as text', () => {
  play(`
    > incr n
    (integer) 1
    > incrby n 41
    (integer) 42
    > decr n
    (integer) 41
    > decrby n 50
    (integer) -9
    > incrby n -1
    (integer) -10
    > decrby n -20
    (integer) 10
    > get n
    "10"
    > append n 0
    (integer) 3
    > incr n
    (integer) 101
  `);
});

test('INCR and INCRBY stop at the largest 64-bit integer', () => {
  play(`
    > set n 9223372036854775806
    OK
    > incr n
    (integer) 9223372036854775807
    > incr n
    (error) ERR increment or decrement would overflow
    > incrby n 1
    (error) ERR increment or decrement would overflow
    > incrby n 9223372036854775807
    (error) ERR increment or decrement would overflow
    > decrby n -1
    (error) ERR increment or decrement would overflow
    > get n
    "9223372036854775807"
    > incrby n -9223372036854775808
    (integer) -1
  `);
});

test('DECR and DECRBY stop at the smallest 64-bit integer', () => {
  play(`
    > set n -9223372036854775807
    OK
    > decr n
    (integer) -9223372036854775808
    > decr n
    (error) ERR increment or decrement would overflow
    > decrby n 1
    (error) ERR increment or decrement would overflow
    > incrby n -1
    (error) ERR increment or decrement would overflow
    > get n
    "-9223372036854775808"
    > incrby n 9223372036854775807
    (integer) -1
  `);
});

test('DECRBY refuses the smallest integer, which has no negative, whatever the key holds', () => {
  play(`
    > decrby n -9223372036854775808
    (error) ERR decrement would overflow
    > set n -1
    OK
    > decrby n -9223372036854775808
    (error) ERR decrement would overflow
    > get n
    "-1"
    > set n word
    OK
    > decrby n -9223372036854775808
    (error) ERR decrement would overflow
  `);
});

const noIntegers = [
  '',
  'abc',
  '1.0',
  '1e3',
  '0x10',
  ' 1',
  '1 ',
  '1\n',
  '+1',
  '01',
  '-01',
  '-0',
  '--1',
  '-',
  '\u00b2',
  '9223372036854775808',
  '-9223372036854775809',
  '99999999999999999999',
];
const refusal = '(error) ERR value is not an integer or out of range';

test('a value that is not a strict 64-bit integer is refused and kept', () => {
  for (const value of noIntegers) {
    const machine = new StateMachine();
    machine.store.set('k', value);
    for (const words of [
      ['incr', 'k'],
      ['decr', 'k'],
      ['incrby', 'k', '1'],
      ['decrby', 'k', '1'],
    ]) {
      assert.equal(show(run(machine, words)), refusal, JSON.stringify(value));
    }
    assert.equal(machine.store.get('k'), value);
  }
});

test('an amount that is not a strict 64-bit integer is refused and creates no key', () => {
  for (const amount of noIntegers) {
    const machine = new StateMachine();
    for (const name of ['incrby', 'decrby']) {
      assert.equal(show(run(machine, [name, 'k', amount])), refusal, JSON.stringify(amount));
    }
    assert.equal(machine.store.size, 0);
  }
});

test('every 64-bit integer is accepted in its canonical form, and no other number', () => {
  for (const edge of [0n, 1n, -1n, int64Max, int64Min]) {
    assert.equal(parseInt64(edge.toString()), edge);
  }
  fc.assert(
    fc.property(fc.bigInt({ min: int64Min * 4n, max: int64Max * 4n }), (value) => {
      assert.equal(parseInt64(value.toString()), isInt64(value) ? value : null);
    }),
  );
});

test('counting is exact over the whole range', () => {
  const int64 = fc.bigInt({ min: int64Min, max: int64Max });
  fc.assert(
    fc.property(int64, int64, (start, delta) => {
      const machine = new StateMachine();
      machine.store.set('k', start.toString());
      const expected = isInt64(start + delta)
        ? `(integer) ${start + delta}`
        : '(error) ERR increment or decrement would overflow';
      assert.equal(show(run(machine, ['incrby', 'k', delta.toString()])), expected);
    }),
  );
});

test('counters demand one key and their amount', () => {
  play(`
    > incr
    (error) ERR wrong number of arguments for 'incr' command
    > decr a b
    (error) ERR wrong number of arguments for 'decr' command
    > incrby a
    (error) ERR wrong number of arguments for 'incrby' command
    > decrby a 1 2
    (error) ERR wrong number of arguments for 'decrby' command
  `);
});
