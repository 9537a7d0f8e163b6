import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../style/source-files.js';
import { type Block, blocksOf } from './markdown.js';

/** Every document of the project, as a path from the root. */
export function documents(): string[] {
  const nested = ['docs', 'src', 'test'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
      join(folder, name),
    ),
  );
  return [...readdirSync(root), ...nested].filter((name) => name.endsWith('.md')).sort();
}

export function readDocument(name: string): string {
  return readFileSync(join(root, name), 'utf8');
}

export function blocksOfDocument(name: string): Block[] {
  return blocksOf(name, readDocument(name));
}
