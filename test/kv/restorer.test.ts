/** Tests that snapshots are restored however they are cut, and that damaged ones are refused. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LetoError } from '../../src/base/errors.js';
import { StateMachine } from '../../src/kv/index.js';
import { usedHeapBytes } from './heap.js';
import { apply, restore, slicesOf, stateOf, step } from './machine-state.js';
import { run } from './transcript.js';

/** Returns a snapshot as one string. */
const whole = fc.array(step, { maxLength: 30 }).map((steps) => {
  const machine = new StateMachine();
  for (const write of steps) apply(machine, write);
  return slicesOf(machine.beginSnapshot(), 1_000_000).join('');
});

const damaged = { code: 'LETO_DATA_DAMAGED' };

test('a snapshot may be cut into slices anywhere', () => {
  fc.assert(
    fc.property(whole, fc.array(fc.nat()), (data, places) => {
      const cuts = places.map((at) => at % data.length).sort((a, b) => a - b);
      const slices = [0, ...cuts].map((from, at) => data.slice(from, cuts[at] ?? data.length));
      assert.deepEqual(stateOf(restore(slices)), stateOf(restore([data])));
      assert.deepEqual(stateOf(restore([...data])), stateOf(restore([data])));
    }),
  );
});

test('a snapshot that is cut short anywhere is refused', () => {
  fc.assert(
    fc.property(whole, fc.nat(), (data, at) => {
      assert.throws(() => restore([data.slice(0, at % data.length)]), damaged);
    }),
  );
});

test('bytes after the end are refused', () => {
  fc.assert(
    fc.property(whole, fc.nat(255), (data, extra) => {
      assert.throws(() => restore([data, String.fromCharCode(extra)]), damaged);
      assert.throws(() => restore([data + String.fromCharCode(extra)]), damaged);
    }),
  );
});

test('a snapshot with flipped bits is refused or restores another state', () => {
  fc.assert(
    fc.property(whole, fc.nat(), fc.integer({ min: 1, max: 255 }), (data, place, bits) => {
      const at = place % data.length;
      const flipped = String.fromCharCode(data.charCodeAt(at) ^ bits);
      try {
        const machine = restore([data.slice(0, at) + flipped + data.slice(at + 1)]);
        assert.notDeepEqual(stateOf(machine), stateOf(restore([data])));
      } catch (error) {
        assert.ok(error instanceof LetoError && error.code === 'LETO_DATA_DAMAGED', `${error}`);
      }
    }),
    { numRuns: 2000 },
  );
});

test('any other bytes are refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      assert.throws(() => restore([String.fromCharCode(...bytes)]), damaged);
    }),
  );
});

/** Returns byte strings after their lengths, as a snapshot holds them. */
function fields(...texts: readonly (string | number)[]): string {
  return texts.map((text) => String.fromCharCode(`${text}`.length) + text).join('');
}

test('fields that no state machine writes are refused', () => {
  const wrong = [
    '\u0080'.repeat(20),
    '\u00ff\u00ff\u00ff\u00ff\u00ff',
    fields(2, 0, 0, 0),
    fields(1, '01', 0, 0),
    fields(1, '', 0, 0),
    fields(1, '1e3', 0, 0),
    fields(1, -1, 0, 0),
    fields(1, 2 ** 53, 0, 0),
    fields(1, 0, 10_001),
    fields(1, 5, 1, '', 1, 5, '+OK', 0),
    fields(1, 5, 2, 'me', 1, 5, '+OK', 'me', 1, 5, '+OK', 0),
    fields(1, 5, 1, 'me', 1, 6, '+OK', 0),
    fields(1, 5, 2, 'me', 1, 5, '+OK', 'you', 1, 4, '+OK', 0),
    fields(1, 5, 1, 'me', 1, 5, '', 0),
    fields(1, 5, 1, 'me', 1, 5, '?', 0),
    fields(1, 5, 1, 'me', 1, 5, '_ ', 0),
    fields(1, 5, 1, 'me', 1, 5, ':one', 0),
    fields(1, 0, 0, 2, 'key', '', 'value', 'key', '', 'value'),
    fields(1, 0, 0, 1, 'key', 'soon', 'value'),
  ];
  assert.equal(restore([fields(1, 5, 1, 'me', 1, 5, '+OK', 1, 'key', 9, 'value')]).store.size, 1);
  for (const data of wrong) assert.throws(() => restore([data]), damaged, JSON.stringify(data));
});

test('replies of sessions are restored as they were, whatever their type', () => {
  const machine = new StateMachine();
  machine.store.set('word', 'w\u0000\u00ff');
  const commands = ['set a 1', 'incr a', 'del a', 'incr word', 'set word x get', 'set b 1 xx'];
  const send = (to: StateMachine) =>
    commands.map((line) =>
      run(to, line.split(' '), { logTimeMs: 1, session: { id: line, serial: 1 } }),
    );
  const replies = send(machine);
  assert.deepEqual(
    replies.map(({ type }) => type),
    ['simple', 'integer', 'integer', 'error', 'bulk', 'null'],
  );
  assert.deepEqual(send(restore(slicesOf(machine.beginSnapshot(), 7))), replies);
});

test('the restored state does not keep the slices in memory', () => {
  const source = new StateMachine();
  const large = 'x'.repeat(1_000_000);
  for (let at = 0; at < 40; at += 1) {
    run(source, ['mset', `key ${at}`, `a value of its own ${at}`, `large ${at}`, large]);
  }
  const { store } = restore(slicesOf(source.beginSnapshot(), 4_000_000));
  source.store.clear();
  for (let at = 0; at < 40; at += 1) store.delete(`large ${at}`);
  const heapUsed = usedHeapBytes();
  assert.equal(store.size, 40);
  assert.ok(heapUsed < 30_000_000, `${heapUsed} bytes are used for ${store.usedBytes}`);
});
