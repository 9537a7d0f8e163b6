/** Tests that the state machine depends on the log alone. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeCommand, findCommand, StateMachine } from '../../src/kv/index.js';
import { plain } from './transcript.js';

const key = fc.constantFrom('a', 'b', 'c', '');
const value = fc.oneof(
  fc.constantFrom('0', '-1', '41', '9223372036854775807', 'text', ''),
  fc.uint8Array({ maxLength: 20 }).map((bytes) => String.fromCharCode(...bytes)),
);
const write = fc.oneof(
  fc.tuple(fc.constant('set'), key, value),
  fc.tuple(fc.constant('set'), key, value, fc.constantFrom('nx', 'xx', 'get')),
  fc.tuple(fc.constant('mset'), key, value, key, value),
  fc.tuple(fc.constant('append'), key, value),
  fc.tuple(fc.constantFrom('incr', 'decr'), key),
  fc.tuple(fc.constantFrom('incrby', 'decrby'), key, value),
  fc.tuple(fc.constantFrom('del', 'delete'), key, key),
  fc.tuple(fc.constantFrom('flushall', 'flushdb')),
);

/** Arbitrary writes as entries of the log. */
const entries = fc.array(write, { maxLength: 60 }).map((writes) =>
  writes.map(([name, ...args]) => {
    const spec = findCommand(name);
    assert.ok(spec);
    return encodeCommand({ spec, args }, plain);
  }),
);

test('machines that apply the same entries have equal states and replies', () => {
  fc.assert(
    fc.property(entries, (log) => {
      const machines = [new StateMachine(), new StateMachine()];
      const replies = machines.map((machine) => log.map((data) => machine.apply(data)));
      assert.deepEqual(replies[0], replies[1]);
      const [one, other] = machines.map(({ store }) => [store.usedBytes, ...store.entries()]);
      assert.deepEqual(one, other);
    }),
  );
});

test('a read changes nothing', () => {
  fc.assert(
    fc.property(entries, fc.constantFrom('get', 'mget', 'exists', 'strlen'), (log, name) => {
      const machine = new StateMachine();
      for (const data of log) machine.apply(data);
      const before = [machine.store.usedBytes, ...machine.store.entries()];
      const spec = findCommand(name);
      assert.ok(spec);
      machine.read({ spec, args: ['a'] });
      assert.deepEqual([machine.store.usedBytes, ...machine.store.entries()], before);
    }),
  );
});

test('a read in the log, or a write that is passed as a read, stops the node', () => {
  const machine = new StateMachine();
  const get = findCommand('get');
  const set = findCommand('set');
  assert.ok(get && set);
  assert.throws(() => machine.apply(encodeCommand({ spec: get, args: ['k'] }, plain)), {
    code: 'LETO_ASSERTION',
  });
  assert.throws(() => machine.read({ spec: set, args: ['k', 'v'] }), { code: 'LETO_ASSERTION' });
  assert.equal(machine.store.size, 0);
});
