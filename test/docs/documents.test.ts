import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { root } from '../style/source-files.js';
import { compile, programsIn } from './compile-blocks.js';
import { blocksOfDocument, documents, readDocument } from './documents.js';
import { blocksOf } from './markdown.js';

test('every TypeScript block of the documents compiles under strict', () => {
  const programs = documents().flatMap((name) => programsIn(blocksOfDocument(name)));
  assert.ok(programs.length > 0);
  assert.deepEqual(programs.flatMap(compile), []);
});

test('a block that does not compile is found, with its line', () => {
  const text = '```ts\nconst a: number = 1;\nconst b: string = a;\n```';
  const [complaint = ''] = programsIn(blocksOf('a.md', text)).flatMap(compile);
  assert.match(complaint, /^a\.md:3 TS2322: /);
});

test('every shell block of the documents is walked, or says why not', () => {
  const silent = documents()
    .flatMap(blocksOfDocument)
    .filter(({ language, use }) => /^(sh|console|bash)$/.test(language) && use.type === 'none')
    .map(({ file, line }) => `${file}:${line}`);
  assert.deepEqual(silent, [], 'put <!-- walk: name --> or <!-- not run: reason --> above it');
});

test('every file of the project that a document names is there', () => {
  const missing = documents().flatMap((name) =>
    [...pathsIn(readDocument(name))]
      .filter((path) => !existsSync(join(root, path)))
      .map((path) => `${name}: ${path}`),
  );
  assert.deepEqual(missing, []);
});

test('every link of a document leads to a file', () => {
  const broken = documents().flatMap((name) =>
    [...readDocument(name).matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => !existsSync(join(root, dirname(name), target)))
      .map((target) => `${name}: ${target}`),
  );
  assert.deepEqual(broken, []);
});

/** Paths in code marks, from the root; src/README.md names the files of src without it. */
function* pathsIn(text: string): Generator<string> {
  const outside = text.replace(/^```[\s\S]*?^```$/gm, '');
  for (const [, path = ''] of outside.matchAll(/`((?:src|test|docs|bin)\/[\w./-]+)`/g)) yield path;
}
