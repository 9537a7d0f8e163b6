import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actionsFor, type KeyPress, keyBindings } from '../../src/tui/keys.js';

const plain: KeyPress = {
  upArrow: false,
  downArrow: false,
  escape: false,
  ctrl: false,
  meta: false,
};

test('no key means two things', () => {
  const keys = keyBindings.flatMap((binding) => binding.keys);
  assert.equal(new Set(keys).size, keys.length);
});

test('arrows, letters and control keys have their actions', () => {
  assert.deepEqual(actionsFor('', { ...plain, upArrow: true }), ['selectPrevious']);
  assert.deepEqual(actionsFor('', { ...plain, downArrow: true }), ['selectNext']);
  assert.deepEqual(actionsFor('x', plain), ['killSelected']);
  assert.deepEqual(actionsFor('L', plain), ['killLeader']);
  assert.deepEqual(actionsFor('c', { ...plain, ctrl: true }), ['quit']);
  assert.deepEqual(actionsFor('l', { ...plain, ctrl: true }), ['redraw']);
});

test('case and Ctrl matter: none of these is a key', () => {
  assert.deepEqual(actionsFor('l', plain), []);
  assert.deepEqual(actionsFor('X', plain), []);
  assert.deepEqual(actionsFor('x', { ...plain, ctrl: true }), []);
  assert.deepEqual(actionsFor('', plain), []);
});

test('keys that come in one piece are done one after the other', () => {
  assert.deepEqual(actionsFor('jx?', plain), ['selectNext', 'killSelected', 'toggleHelp']);
  assert.deepEqual(actionsFor('j\x03', plain), ['selectNext', 'quit']);
});

test('Esc with a key behind it is Esc and the key, as a terminal sends Alt', () => {
  assert.deepEqual(actionsFor('', { ...plain, escape: true, meta: true }), ['closeHelp']);
  assert.deepEqual(actionsFor('q', { ...plain, meta: true }), ['closeHelp', 'quit']);
});

test('a paste is no keys', () => {
  assert.equal(actionsFor('j'.repeat(32), plain).length, 32);
  assert.deepEqual(actionsFor('j'.repeat(33), plain), []);
});
