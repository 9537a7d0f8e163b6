import assert from 'node:assert/strict';
import { test } from 'node:test';
import { paintFor, paintPlain } from '../../src/tui/paint.js';

test('plain text stays plain on any terminal', () => {
  for (const depth of [1, 4, 8, 24]) assert.equal(paintFor(depth)([{ text: 'a' }]), 'a');
});

test('without colours there is no escape sequence', () => {
  const line = [{ text: 'a', tone: 'alert', term: 3, isHighlighted: true }, { text: 'b' }] as const;
  assert.equal(paintPlain(line), 'ab');
  assert.equal(paintFor(1)(line), 'ab');
});

test('neighbouring terms differ, with 16 colours and with 256', () => {
  for (const depth of [4, 8]) {
    const painted = [1, 2, 3, 4].map((term) => paintFor(depth)([{ text: 'term', term }]));
    assert.equal(new Set(painted).size, painted.length);
    assert.ok(painted.every((text) => text.includes('\x1b[')));
  }
});

test('term 0 has no colour', () => {
  assert.equal(paintFor(8)([{ text: 'term', term: 0 }]), 'term');
});

test('styles combine, and end with their span', () => {
  const chosen = { text: 'a', tone: 'strong', term: 4, isHighlighted: true } as const;
  assert.equal(paintFor(8)([chosen, { text: 'b' }]), '\x1b[1;38;5;74;7ma\x1b[0mb');
  assert.equal(paintFor(4)([{ text: 'a', tone: 'alert' }]), '\x1b[1;31ma\x1b[0m');
  assert.equal(paintFor(8)([{ text: 'a', tone: 'quiet' }]), '\x1b[2ma\x1b[0m');
});
