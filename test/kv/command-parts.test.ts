/** Tests large commands that the log holds in parts. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { assertPresent } from '../../src/base/index.js';
import {
  CommandSplitter,
  decodeCommand,
  decodePart,
  decodeTime,
  encodeCommand,
  encodeInPieces,
  encodePart,
  encodeTime,
  findCommand,
  StateMachine,
} from '../../src/kv/index.js';
import { restore, slicesOf, stateOf } from './machine-state.js';

const spec = assertPresent(findCommand('set'), 'there is no SET');

function encodedSet(key: string, value: string): string {
  return encodeCommand({ spec, args: [key, value] }, { logTimeMs: 5, session: null });
}

/** Returns the entries that hold a SET in parts. Each part has a later log time. */
function entriesOf(key: string, value: string, partBytesMax: number): string[] {
  const metadata = { logTimeMs: 5, session: null };
  const pieces = encodeInPieces({ spec, args: [key, value] }, metadata);
  const splitter = new CommandSplitter(pieces, partBytesMax);
  const entries: string[] = [];
  while (!splitter.isDone) entries.push(encodePart(splitter.take(10 + entries.length)));
  assert.equal(entries.length, splitter.count);
  return entries;
}

test('a command that is split is the same when its parts are joined', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary-ascii', maxLength: 200 }),
      fc.integer({ min: 1, max: 60 }),
      (value, partBytesMax) => {
        const machine = new StateMachine();
        for (const entry of entriesOf('k', value, partBytesMax)) machine.apply(entry);
        assert.equal(machine.store.get('k'), value);
        assert.deepEqual(machine.parts.unfinished, []);
      },
    ),
  );
});

test('pieces of a command are its encoding', () => {
  for (const args of [[], ['k'], ['k', 'v'.repeat(300), '', 'x']]) {
    const command = { spec, args };
    for (const session of [null, { id: 'me', serial: 300 }]) {
      const metadata = { logTimeMs: 1000, session };
      assert.equal(encodeInPieces(command, metadata).join(''), encodeCommand(command, metadata));
    }
  }
});

test('all parts but the last have the same size', () => {
  const sizes = entriesOf('k', 'v'.repeat(100), 40).map((entry) => decodePart(entry)?.bytes.length);
  assert.deepEqual(sizes.slice(0, -1), [40, 40]);
});

test('a part is told from a command and from a time, and holds what was encoded', () => {
  const part = { logTimeMs: 300, number: 2, count: 4, bytes: '\u0001\u00ff' };
  assert.deepEqual(decodePart(encodePart(part)), part);
  assert.equal(decodeTime(encodePart(part)), null);
  assert.equal(decodePart(encodedSet('k', 'v')), null);
  assert.equal(decodePart(encodeTime(7)), null);
  assert.throws(() => decodeCommand(encodePart(part)), { code: 'LETO_ASSERTION' });
});

test('parts run nothing before the last one, but each advances the log time', () => {
  const machine = new StateMachine();
  const entries = entriesOf('k', 'v'.repeat(100), 40);
  assert.ok(entries.length > 2);
  for (const [at, entry] of entries.slice(0, -1).entries()) {
    machine.apply(entry);
    assert.equal(machine.store.get('k'), undefined);
    assert.equal(machine.logTimeMs, 10 + at);
  }
  machine.apply(entries.at(-1) ?? '');
  assert.equal(machine.store.get('k'), 'v'.repeat(100));
});

test('other commands may stand between the parts', () => {
  const machine = new StateMachine();
  for (const entry of entriesOf('k', 'v'.repeat(100), 40)) {
    machine.apply(entry);
    machine.apply(encodedSet('other', entry.slice(0, 3)));
  }
  assert.equal(machine.store.get('k'), 'v'.repeat(100));
});

test('a command whose last part never comes has no effect: the next one begins anew', () => {
  const machine = new StateMachine();
  for (const entry of entriesOf('k', 'a'.repeat(100), 40).slice(0, -1)) machine.apply(entry);
  for (const entry of entriesOf('k', 'b'.repeat(100), 40)) machine.apply(entry);
  assert.equal(machine.store.get('k'), 'b'.repeat(100));
});

test('a new term ends the command that the last leader had begun', () => {
  const machine = new StateMachine();
  machine.apply(entriesOf('k', 'a'.repeat(100), 40)[0] as string);
  assert.equal(machine.parts.unfinished.length, 1);
  machine.termBegins();
  assert.deepEqual(machine.parts.unfinished, []);
});

test('a part whose predecessor is missing stops the node', () => {
  const entries = entriesOf('k', 'a'.repeat(100), 40);
  const machine = new StateMachine();
  assert.throws(() => machine.apply(entries[1] as string), { code: 'LETO_ASSERTION' });
  machine.apply(entries[0] as string);
  assert.throws(() => machine.apply(entries[2] as string), { code: 'LETO_ASSERTION' });
});

test('a snapshot between two parts holds the command so far', () => {
  const entries = entriesOf('k', 'a'.repeat(100), 40);
  for (let at = 1; at < entries.length; at += 1) {
    for (const sliceBytes of [1, 7, 4096]) {
      const machine = new StateMachine();
      machine.apply(encodedSet('old', 'value'));
      for (const entry of entries.slice(0, at)) machine.apply(entry);
      const restored = restore(slicesOf(machine.beginSnapshot(), sliceBytes));
      assert.deepEqual(restored.parts.unfinished, machine.parts.unfinished);
      for (const entry of entries.slice(at)) restored.apply(entry);
      assert.equal(restored.store.get('k'), 'a'.repeat(100));
      for (const entry of entries.slice(at)) machine.apply(entry);
      assert.deepEqual(stateOf(restored), stateOf(machine));
    }
  }
});
