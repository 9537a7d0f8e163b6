import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  addressOf,
  clockTime,
  cut,
  cutLine,
  headLine,
  lengthOf,
  oneLine,
  portOf,
  roleWord,
  stateWord,
  tintTerms,
  wrap,
} from '../../src/tui/format.js';
import { makeNode } from './fixtures.js';

test('each role and state has a word and a glyph of its own', () => {
  const roles = ['leader', 'follower', 'candidate', 'preCandidate', 'learner'] as const;
  const glyphs = roles.map((role) => roleWord(role).replace(` ${role}`, ''));
  assert.equal(new Set(glyphs).size, roles.length);
  assert.equal(stateWord('running'), 'running');
  assert.equal(stateWord('dead'), '✗ dead');
});

test('an address is host:port, with brackets for IPv6, and - when there is none', () => {
  assert.equal(addressOf(makeNode(1)), '127.0.0.1:5379');
  assert.equal(addressOf(makeNode(1, { host: '::1' })), '[::1]:5379');
  assert.equal(addressOf(makeNode(1, { respPort: null })), '-');
  assert.equal(portOf(makeNode(1)), ':5379');
  assert.equal(portOf(makeNode(1, { respPort: null })), '-');
});

test('times are shown in the local time zone', () => {
  process.env.TZ = 'Asia/Kolkata';
  assert.equal(clockTime('2026-01-02T03:04:05.678Z'), '08:34:05');
  process.env.TZ = 'UTC';
  assert.equal(clockTime('2026-01-02T03:04:05.678Z'), '03:04:05');
});

test('line ends, tabs and escape sequences become spaces', () => {
  assert.equal(oneLine(' a\r\n\tb \x1b[2Jc\u2028d\u202e '), 'a b [2Jc d');
});

test('a text that is too long is cut and ends with …', () => {
  assert.equal(cut('abcd', 4), 'abcd');
  assert.equal(cut('abcde', 4), 'abc…');
  assert.equal(cut('abcde', 1), '…');
  assert.equal(cut('abcde', 0), '');
});

test('a line is cut in the span that crosses the edge', () => {
  const line = [{ text: 'abc' }, { text: 'def', tone: 'strong' as const }, { text: 'ghi' }];
  assert.equal(cutLine(line, 9), line);
  assert.deepEqual(cutLine(line, 5), [{ text: 'abc' }, { text: 'd…', tone: 'strong' }]);
  assert.deepEqual(cutLine(line, 6), [{ text: 'abc' }, { text: 'de…', tone: 'strong' }]);
  assert.deepEqual(cutLine(line, 3), [{ text: 'ab…' }]);
  assert.deepEqual(cutLine(line, 0), []);
});

test('text wraps between words, or within a word that is too long', () => {
  assert.deepEqual(wrap('one two three', 7, 9), ['one two', 'three']);
  assert.deepEqual(wrap('one two three', 8, 9), ['one two', 'three']);
  assert.deepEqual(wrap('abcdefgh', 3, 9), ['abc', 'def', 'gh']);
  assert.deepEqual(wrap('short', 10, 9), ['short']);
  assert.deepEqual(wrap('', 10, 9), ['']);
  assert.deepEqual(wrap('nowhere', 0, 9), []);
});

test('the last line that fits is cut', () => {
  assert.deepEqual(wrap('one two three', 7, 1), ['one tw…']);
  assert.deepEqual(wrap('one two three four', 7, 2), ['one two', 'three …']);
});

test('each term in a sentence is tinted, and no text is lost', () => {
  const spans = tintTerms('n2 left term 12 for term 13.');
  assert.deepEqual(
    spans.filter(({ term }) => term),
    [
      { text: 'term 12', term: 12 },
      { text: 'term 13', term: 13 },
    ],
  );
  assert.equal(spans.map(({ text }) => text).join(''), 'n2 left term 12 for term 13.');
});

test('a heading is as wide as its panel', () => {
  for (const columns of [5, 6, 7, 20]) assert.equal(lengthOf(headLine('abcde', columns)), columns);
});
