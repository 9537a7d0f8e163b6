/** Checks src/raft/README.md: its functions and tests exist, and its layers are those of the code. */

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../style/source-files.js';

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** The rows of all tables with three columns, without their headings. */
const rows = read('src/raft/README.md')
  .slice(read('src/raft/README.md').indexOf('## From the dissertation'))
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (rule|section) \|/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()));

test('every function that the README of src/raft names is declared in the file it names', () => {
  assert.ok(rows.length > 60, `found ${rows.length} rows`);
  for (const [, rule, code = ''] of rows) {
    const functions = [...code.matchAll(/`(\w+)` \(([a-z-]+\.ts)\)/g)];
    for (const [, name, file] of functions) {
      const declaration = new RegExp(
        `^(export )?(function|class) ${name}\\b|^  (get )?${name}\\(`,
        'm',
      );
      assert.match(read(`src/raft/${file}`), declaration, `${rule}: ${name} is not in ${file}`);
    }
    const paths = [...code.matchAll(/src\/[\w/-]+\.ts/g)];
    assert.ok(functions.length + paths.length > 0, `${rule}: no code`);
    for (const [path] of paths) assert.ok(existsSync(join(root, path)), `${rule}: ${path}`);
  }
});

test('every test that the README of src/raft names exists', () => {
  for (const [, rule, , tests = ''] of rows) {
    assert.notEqual(tests, '', `${rule}: no test`);
    for (const named of tests.split('<br>')) {
      const [, file, title] = /^([a-z0-9-]+\.test\.ts): (.+)$/.exec(named) ?? [];
      if (file && title) assert.ok(hasTest(file, title), `${rule}: ${named}`);
      else for (const path of named.split(', ')) assert.ok(existsSync(join(root, path)), path);
    }
  }
});

test('every file of src/raft imports only files of lower layers, as its README lists them', () => {
  const lines = read('src/raft/README.md').match(/^\d+\. `.*$/gm) ?? [];
  const layers = lines.map((line) => [...line.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name));
  const files = readdirSync(join(root, 'src/raft')).filter((file) => file.endsWith('.ts'));
  assert.deepEqual(files.map((file) => file.replace('.ts', '')).sort(), layers.flat().sort());
  for (const [layer, names] of layers.entries()) {
    for (const name of names) {
      for (const [, other] of read(`src/raft/${name}.ts`).matchAll(/from '\.\/([a-z-]+)\.js'/g)) {
        const isLower = layers.slice(0, layer).some((lower) => lower.includes(other));
        assert.ok(isLower, `${name} imports ${other}, which is not below it`);
      }
    }
  }
});

function hasTest(file: string, title: string): boolean {
  const text = read(`test/raft/${file}`);
  return ["'", '"', '`'].some((quote) => text.includes(`test(${quote}${title}`));
}
