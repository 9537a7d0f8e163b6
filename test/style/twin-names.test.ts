import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root, sourceFiles } from './source-files.js';

const exported =
  /^export (?:declare |abstract |async )*(?:class|interface|type|function\*?|const|enum) ([A-Za-z0-9_]+)/gm;

/** Names that two files or more declare and export, with the files. */
function twinNames(sources: ReadonlyMap<string, string>): Record<string, string[]> {
  const files = new Map<string, string[]>();
  for (const [file, text] of sources) {
    for (const [, name = ''] of text.matchAll(exported)) {
      files.set(name, [...(files.get(name) ?? []), file]);
    }
  }
  return Object.fromEntries([...files].filter(([, declaring]) => new Set(declaring).size > 1));
}

test('an exported name is declared in one file', () => {
  const sources = new Map(
    sourceFiles('src').map((file) => [file, readFileSync(join(root, file), 'utf8')]),
  );
  assert.ok(sources.size > 100);
  assert.deepEqual(twinNames(sources), {}, 'one name per idea: rename all but one');
});

test('a name that two files declare is found, and an overload or a re-export is none', () => {
  const sources = new Map([
    [
      'a.ts',
      'export interface Note {}\nexport function send(a: 1): void;\nexport function send() {}',
    ],
    ['b.ts', "export type Note = 1;\nexport { send } from './a.js';\nconst Local = 1;"],
    ['c.ts', 'const Local = 2;\nexport const other = 3;'],
  ]);
  assert.deepEqual(twinNames(sources), { Note: ['a.ts', 'b.ts'] });
});
