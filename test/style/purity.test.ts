import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root, sourceFiles } from './source-files.js';

const pureFolders = ['base', 'raft', 'kv', 'control', 'replica'];

const banned: readonly { readonly word: RegExp; readonly instead: string }[] = [
  { word: /\bDate\b/, instead: 'take the time from the `clock` input' },
  { word: /\bMath\.random\b/, instead: 'draw from the Prng that the options seed' },
  { word: /\basync\b|\bawait\b/, instead: 'return an effect, and take its result as an input' },
  { word: /\bPromise\b/, instead: 'return an effect, and take its result as an input' },
  { word: /\bsetTimeout\b|\bsetInterval\b/, instead: 'keep a deadline and let `tick` look at it' },
];

test('the pure folders know no clock, no chance and no promise', () => {
  for (const file of pureFolders.flatMap((folder) => sourceFiles(`src/${folder}`))) {
    const lines = readFileSync(join(root, file), 'utf8').split('\n');
    for (const [at, line] of lines.entries()) {
      const code = line.replace(/^\s*(\/\*\*|\*|\/\/).*$/, '').replace(/'[^']*'/g, "''");
      for (const { word, instead } of banned) {
        assert.doesNotMatch(code, word, `${file}:${at + 1}: ${instead}`);
      }
    }
  }
});

test('no source file is longer than 400 lines', () => {
  for (const file of [...sourceFiles('src'), ...sourceFiles('test')]) {
    const { length } = readFileSync(join(root, file), 'utf8').split('\n');
    assert.ok(length <= 400, `${file} has ${length} lines: find the second idea in it`);
  }
});
