/** Transcripts of the commands on strings and keys other than SET and the counters. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { valueBytesMax } from '../../src/base/limits.js';
import { StateMachine } from '../../src/kv/index.js';
import { play, run, show } from './transcript.js';

test('MSET stores pairs of which the last for a key wins, and MGET replies for each key', () => {
  play(`
    > mset a 1 b 2 a 3
    OK
    > mget a b c a
    ["3", "2", (nil), "3"]
    > dbsize
    (integer) 2
  `);
});

test('MSET demands whole pairs, and stores nothing otherwise', () => {
  play(`
    > mset a
    (error) ERR wrong number of arguments for 'mset' command
    > mset a 1 b
    (error) ERR wrong number of arguments for 'mset' command
    > mset
    (error) ERR wrong number of arguments for 'mset' command
    > mget
    (error) ERR wrong number of arguments for 'mget' command
    > dbsize
    (integer) 0
  `);
});

test('APPEND creates a key or extends it, and returns its length', () => {
  play(`
    > append k ""
    (integer) 0
    > exists k
    (integer) 1
    > append k abc
    (integer) 3
    > append k de
    (integer) 5
    > get k
    "abcde"
    > append k
    (error) ERR wrong number of arguments for 'append' command
  `);
});

test('APPEND refuses to exceed the largest value, and keeps the old one', () => {
  const machine = new StateMachine();
  machine.store.set('k', 'x'.repeat(valueBytesMax - 1));
  assert.equal(show(run(machine, ['append', 'k', 'x'])), `(integer) ${valueBytesMax}`);
  assert.equal(
    show(run(machine, ['append', 'k', 'x'])),
    '(error) ERR string exceeds maximum allowed size (proto-max-bulk-len)',
  );
  assert.equal(machine.store.get('k')?.length, valueBytesMax);
});

test('STRLEN counts bytes, and returns 0 for a missing key', () => {
  play(`
    > strlen k
    (integer) 0
    > set k hello
    OK
    > strlen k
    (integer) 5
    > strlen
    (error) ERR wrong number of arguments for 'strlen' command
  `);
});

test('EXISTS counts a key as often as it is named', () => {
  play(`
    > mset a 1 b 2
    OK
    > exists a a c b a
    (integer) 4
    > exists c
    (integer) 0
    > exists
    (error) ERR wrong number of arguments for 'exists' command
  `);
});

test('DEL and DELETE count the keys that were removed, each once', () => {
  play(`
    > mset a 1 b 2 c 3
    OK
    > del a a z
    (integer) 1
    > delete b c z
    (integer) 2
    > del a
    (integer) 0
    > dbsize
    (integer) 0
    > del
    (error) ERR wrong number of arguments for 'del' command
    > delete
    (error) ERR wrong number of arguments for 'delete' command
  `);
});

test('FLUSHALL and FLUSHDB remove everything, SYNC or ASYNC', () => {
  for (const name of ['flushall', 'flushdb']) {
    for (const mode of ['', ' SYNC', ' async']) {
      play(`
        > mset a 1 b 2
        OK
        > ${name}${mode}
        OK
        > dbsize
        (integer) 0
        > get a
        (nil)
      `);
    }
  }
});

test('FLUSHALL and FLUSHDB with any other word remove nothing', () => {
  for (const name of ['flushall', 'flushdb']) {
    for (const words of ['now', '""', 'SYNC ASYNC', 'SYNC SYNC', 'ASYNC now']) {
      play(`
        > set a 1
        OK
        > ${name} ${words}
        (error) ERR syntax error
        > dbsize
        (integer) 1
      `);
    }
  }
});

test('DBSIZE counts keys and takes no argument', () => {
  play(`
    > dbsize
    (integer) 0
    > set a 1
    OK
    > dbsize
    (integer) 1
    > dbsize a
    (error) ERR wrong number of arguments for 'dbsize' command
  `);
});
