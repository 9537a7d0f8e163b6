import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actionOf, keyBindings } from '../../src/tui/key-bindings.js';
import { isChar, type KeyPress, keyNames } from '../../src/tui/keys.js';

const plain: KeyPress = {
  upArrow: false,
  downArrow: false,
  leftArrow: false,
  rightArrow: false,
  pageUp: false,
  pageDown: false,
  home: false,
  end: false,
  return: false,
  tab: false,
  shift: false,
  backspace: false,
  delete: false,
  escape: false,
  ctrl: false,
  meta: false,
};

test('no key has two actions', () => {
  const keys = keyBindings.flatMap((binding) => binding.keys);
  assert.equal(new Set(keys).size, keys.length);
});

for (const [press, name] of [
  [{ upArrow: true }, '↑'],
  [{ downArrow: true }, '↓'],
  [{ leftArrow: true }, '←'],
  [{ rightArrow: true }, '→'],
  [{ pageUp: true }, 'PageUp'],
  [{ pageDown: true }, 'PageDown'],
  [{ home: true }, 'Home'],
  [{ end: true }, 'End'],
  [{ return: true }, 'Enter'],
  [{ tab: true }, 'Tab'],
  [{ tab: true, shift: true }, 'Shift-Tab'],
  [{ backspace: true }, 'Backspace'],
  [{ delete: true }, 'Backspace'],
] as const) {
  test(`ink's key press for ${name} gets that name`, () => {
    assert.deepEqual(keyNames('', { ...plain, ...press }), [name]);
  });
}

test('a letter is its own name, in either case, and Ctrl makes it another key', () => {
  assert.deepEqual(keyNames('x', plain), ['x']);
  assert.deepEqual(keyNames('X', plain), ['X']);
  assert.deepEqual(keyNames('x', { ...plain, ctrl: true }), ['Ctrl-X']);
  assert.deepEqual(keyNames('', plain), []);
});

test('several keys in one read are separate keys', () => {
  assert.deepEqual(keyNames('jx?', plain), ['j', 'x', '?']);
  assert.deepEqual(keyNames(':a\r\t\x7f\x03', plain), [
    ...[':', 'a', 'Enter', 'Tab', 'Backspace', 'Ctrl-C'],
  ]);
});

test('Alt with a key is Esc and the key, as terminals send it', () => {
  assert.deepEqual(keyNames('', { ...plain, escape: true, meta: true }), ['Esc']);
  assert.deepEqual(keyNames('q', { ...plain, meta: true }), ['Esc', 'q']);
});

test('only the beginning of a huge paste is read', () => {
  assert.equal(keyNames('j'.repeat(100_000), plain).length, 4096);
});

test('characters of any alphabet can be typed; arrows and named keys cannot', () => {
  for (const key of ['a', ' ', 'ä', '猫', '😀']) assert.ok(isChar(key), key);
  for (const key of ['↑', 'Enter', 'Ctrl-L', 'Esc', '']) assert.ok(!isChar(key), key);
});

test('keys are case-sensitive, and Ctrl makes another key', () => {
  for (const key of ['l', 'X', 'Ctrl-X', '8', 'Enter']) assert.equal(actionOf(key), null, key);
  assert.equal(actionOf(' '), 'stopTime');
  assert.equal(actionOf('L'), 'killLeader');
  assert.equal(actionOf('Ctrl-L'), 'redraw');
});
