import { join } from 'node:path';
import ts from 'typescript';
import { root } from '../style/source-files.js';
import type { Block } from './markdown.js';

/** What a reader who copies the block has: a strict project of modules on the oldest Node. */
const options: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: ['node'],
};

/** Blocks that go on where the one before ended are one program with it. */
export function programsIn(blocks: readonly Block[]): Block[] {
  const programs: Block[] = [];
  for (const block of blocks.filter(({ language }) => language === 'ts')) {
    const last = programs.at(-1);
    if (block.use.type !== 'continues' || !last) programs.push(block);
    else programs[programs.length - 1] = { ...last, text: `${last.text}\n${block.text}` };
  }
  return programs;
}

/** Compiles a block as a file of this package, and returns what the compiler complains of. */
export function compile(block: Block): string[] {
  const file = join(root, 'block-of-a-document.ts');
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (name) => name === file || fileExists.call(host, name);
  host.getSourceFile = (name, languageVersion, ...rest) =>
    name === file
      ? ts.createSourceFile(file, block.text, languageVersion)
      : getSourceFile.call(host, name, languageVersion, ...rest);
  const program = ts.createProgram([file], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ messageText, code, start, file: at }) => {
    const line = at && start !== undefined ? at.getLineAndCharacterOfPosition(start).line : 0;
    const text = ts.flattenDiagnosticMessageText(messageText, ' ');
    return `${block.file}:${block.line + line} TS${code}: ${text}`;
  });
}
