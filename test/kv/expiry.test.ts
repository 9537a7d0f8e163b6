/** Tests deadlines of keys: the commands, and when keys expire in log time. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { StateMachine } from '../../src/kv/index.js';
import { restore, slicesOf, stateOf } from './machine-state.js';
import { passTime, play, run, show } from './transcript.js';

test('a key expires at its deadline, given in seconds or milliseconds', () => {
  play(`
    > set a 1 EX 2
    OK
    > set b 1 px 1999
    OK
    > ttl a
    (integer) 2
    > pttl b
    (integer) 1999
    + 1998
    > get b
    "1"
    > pttl a
    (integer) 2
    + 1
    > get b
    (nil)
    > get a
    "1"
    + 1
    > exists a b
    (integer) 0
    > dbsize
    (integer) 0
  `);
});

test('an expired key counts as absent, for writes too', () => {
  play(`
    > mset a 1 b 1 c 1 d 1 e 1
    OK
    > pexpire a 5
    (integer) 1
    > pexpire b 5
    (integer) 1
    > pexpire c 5
    (integer) 1
    > pexpire d 5
    (integer) 1
    > pexpire e 5
    (integer) 1
    + 5
    > set a 2 xx get
    (nil)
    > incr b
    (integer) 1
    > append c x
    (integer) 1
    > set d 2 nx
    OK
    > del e
    (integer) 0
    > persist e
    (integer) 0
    > expire e 1
    (integer) 0
    > mget a b c d e
    [(nil), "1", "x", "2", (nil)]
    > ttl b
    (integer) -1
  `);
});

test('TTL and PTTL distinguish a key without a deadline from a missing one', () => {
  play(`
    > set k v
    OK
    > ttl k
    (integer) -1
    > pttl k
    (integer) -1
    > ttl z
    (integer) -2
    > pttl z
    (integer) -2
    > pexpire k 1499
    (integer) 1
    > ttl k
    (integer) 1
    > pexpire k 1500
    (integer) 1
    > ttl k
    (integer) 2
  `);
});

test('EXPIRE moves a deadline, PERSIST removes it, and a lifetime of zero or less deletes the key', () => {
  play(`
    > set k v
    OK
    > persist k
    (integer) 0
    > expire k 10
    (integer) 1
    > expire k 20
    (integer) 1
    > pttl k
    (integer) 20000
    > persist k
    (integer) 1
    > ttl k
    (integer) -1
    + 30000
    > get k
    "v"
    > pexpire k 0
    (integer) 1
    > get k
    (nil)
    > set k v
    OK
    > expire k -7
    (integer) 1
    > dbsize
    (integer) 0
    > expire k 1
    (integer) 0
  `);
});

test('SET and MSET remove the deadline; KEEPTTL, counters and APPEND keep it', () => {
  play(`
    > set k 1 px 100
    OK
    > incr k
    (integer) 2
    > append k 0
    (integer) 2
    > set k 3 keepttl
    OK
    > pttl k
    (integer) 100
    > set k 4 nx
    (nil)
    > pttl k
    (integer) 100
    > set k 5
    OK
    > ttl k
    (integer) -1
    > set k 6 keepttl get
    "5"
    > ttl k
    (integer) -1
    > pexpire k 100
    (integer) 1
    > mset k 7
    OK
    > ttl k
    (integer) -1
  `);
});

test('a wrong lifetime changes nothing', () => {
  const notAnInteger = '(error) ERR value is not an integer or out of range';
  const syntaxError = '(error) ERR syntax error';
  const invalid = (name: string) => `(error) ERR invalid expire time in '${name}' command`;
  const noDate =
    '(error) ERR SET does not support EXAT and PXAT because log time has no date; use EX or PX';
  const replies = {
    'set k v ex': syntaxError,
    'set k v ex 1 px 1': syntaxError,
    'set k v keepttl ex 1': syntaxError,
    'set k v px 1 keepttl': syntaxError,
    'set k v ex soon': notAnInteger,
    'set k v px 1.5': notAnInteger,
    'set k v ex 0': invalid('set'),
    'set k v px -1': invalid('set'),
    'set k v ex 9223372036854775807': invalid('set'),
    'set k v exat 1700000000': noDate,
    'set k v PXAT 1700000000000': noDate,
    'expire k soon': notAnInteger,
    'expire k 9223372036854775807': invalid('expire'),
    'pexpire k 9007199254740993': invalid('pexpire'),
    'expire k': "(error) ERR wrong number of arguments for 'expire' command",
  };
  const machine = new StateMachine();
  machine.store.set('k', 'before');
  for (const [line, reply] of Object.entries(replies)) {
    assert.equal(show(run(machine, line.split(' '))), reply, line);
  }
  assert.deepEqual([machine.store.get('k'), machine.store.deadlineMs('k')], ['before', null]);
});

test('keys that expire together are absent at once, and their memory is freed entry by entry', () => {
  const machine = new StateMachine();
  const keys = Array.from({ length: 1000 }, (_, at) => `key ${at}`);
  for (const key of keys) run(machine, ['set', key, 'v', 'px', '10']);
  const usedBytes = machine.store.usedBytes;
  passTime(machine, 10);
  assert.deepEqual([machine.store.size, [...machine.store.entries()].length], [0, 0]);
  assert.equal(show(run(machine, ['exists', ...keys])), '(integer) 0');
  assert.ok(machine.store.usedBytes > usedBytes / 2 && machine.store.usedBytes < usedBytes);
  const restored = restore(slicesOf(machine.beginSnapshot(), 100));
  for (let round = 0; round < 8; round += 1) {
    for (const each of [machine, restored]) passTime(each, 0);
    assert.equal(restored.store.usedBytes, machine.store.usedBytes);
    assert.ok(machine.store.usedBytes > 0);
  }
  for (const each of [machine, restored]) {
    passTime(each, 0);
    assert.equal(each.store.usedBytes, 0);
  }
});

test('FLUSHALL removes the deadlines too', () => {
  const machine = new StateMachine();
  run(machine, ['set', 'k', 'v', 'px', '10']);
  run(machine, ['flushall']);
  run(machine, ['set', 'k', 'w']);
  passTime(machine, 10);
  assert.equal(machine.store.get('k'), 'w');
});

/** A simple, slow model of keys with deadlines. */
class Model {
  readonly #deadlines = new Map<string, number>();

  set(key: string, deadlineMs: number): void {
    this.#deadlines.set(key, deadlineMs);
  }

  keysAt(nowMs: number): string[] {
    for (const [key, deadlineMs] of this.#deadlines) {
      if (deadlineMs <= nowMs) this.#deadlines.delete(key);
    }
    return [...this.#deadlines.keys()].sort();
  }
}

const key = fc.nat(300).map((at) => `${at}`);
const action = fc.oneof(
  { weight: 30, arbitrary: fc.record({ key, lifetimeMs: fc.integer({ min: 1, max: 200 }) }) },
  { weight: 10, arbitrary: fc.record({ key, lifetimeMs: fc.constant(0) }) },
  { weight: 1, arbitrary: fc.record({ passedMs: fc.nat(100) }) },
);

test('at each moment exactly the keys whose deadline has not passed exist', () => {
  fc.assert(
    fc.property(fc.array(action, { size: 'max', maxLength: 400 }), (actions) => {
      const machine = new StateMachine();
      const model = new Model();
      for (const given of actions) {
        if ('passedMs' in given) {
          passTime(machine, given.passedMs);
          const keys = [...machine.store.entries()].map(([name]) => name).sort();
          assert.deepEqual(keys, model.keysAt(machine.logTimeMs));
          assert.equal(machine.store.size, keys.length);
        } else {
          run(machine, ['set', given.key, 'v']);
          run(machine, ['pexpire', given.key, `${given.lifetimeMs}`]);
          model.set(given.key, machine.logTimeMs + given.lifetimeMs);
        }
      }
      const restored = restore(slicesOf(machine.beginSnapshot(), 500));
      passTime(machine, 1000);
      passTime(restored, 1000);
      assert.deepEqual(stateOf(restored), stateOf(machine));
    }),
  );
});
