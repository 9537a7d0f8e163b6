/** Tests the properties that every command of the table must have. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allCommands, findCommand, hasRightArity } from '../../src/kv/index.js';

test('a command is found by its name, in any case', () => {
  assert.equal(findCommand('GET')?.name, 'get');
  assert.equal(findCommand('gEt'), findCommand('get'));
  assert.equal(findCommand('nonsense'), undefined);
  assert.equal(findCommand('constructor'), undefined);
});

test('arity counts the name, and a negative one means at least', () => {
  assert.ok(hasRightArity(2, 1));
  assert.ok(!hasRightArity(2, 0) && !hasRightArity(2, 2));
  assert.ok(hasRightArity(-3, 2) && hasRightArity(-3, 9));
  assert.ok(!hasRightArity(-3, 1));
});

test('every command has a name in lower case, a summary, and an arity that its keys fit', () => {
  const names = [...allCommands()].map((spec) => spec.name);
  assert.equal(new Set(names).size, names.length);
  for (const { name, summary, arity, keys } of allCommands()) {
    assert.match(name, /^[a-z]+$/);
    assert.match(summary, /^[A-Z].*\.$/);
    if (keys) assert.ok(Math.abs(arity) > keys.first, name);
  }
});

test('commands that only remove keys, now or later, are allowed when memory is full', () => {
  const removals = [...allCommands()].filter(
    ({ kind, growsMemory }) => kind === 'write' && !growsMemory,
  );
  assert.deepEqual(
    removals.map(({ name }) => name),
    ['del', 'delete', 'flushall', 'flushdb', 'expire', 'pexpire', 'persist'],
  );
});

test('no read grows memory or has a check before the log', () => {
  for (const { name, kind, growsMemory, check } of allCommands()) {
    if (kind === 'read') assert.ok(!growsMemory && check === undefined, name);
  }
});
