import assert from 'node:assert/strict';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import ts from 'typescript';
import { findOpenUnions } from './open-unions.js';
import { root } from './source-files.js';

function programOf(configFile: string): ts.Program {
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => {} };
  const parsed = ts.getParsedCommandLineOfConfigFile(join(root, configFile), {}, host);
  assert.ok(parsed, configFile);
  return ts.createProgram(parsed.fileNames, parsed.options);
}

test('every switch and every chain of ifs over a union ends in unreachable', () => {
  const sources = join(root, 'src/');
  const open = findOpenUnions(programOf('tsconfig.json'), (file) => file.startsWith(sources));
  const places = open.map(({ file, line, text }) => `${relative(root, file)}:${line} ${text}`);
  assert.deepEqual(places, [], 'end it in `default: return unreachable(value);`');
});

test('open switches and chains are found, and closed ones are not', () => {
  const fixture = join(root, 'test/style/fixtures/open-unions.ts');
  const program = ts.createProgram([fixture], { strict: true, target: ts.ScriptTarget.ES2022 });
  const found = findOpenUnions(program, (file) => file === fixture);
  assert.deepEqual(
    found.map(({ text }) => text),
    ['switch (shape.type)', '3 ifs over shape.type', '3 ifs over shape.type'],
  );
});
