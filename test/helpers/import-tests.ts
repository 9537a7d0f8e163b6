import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Where the tests' sources are; what was compiled from a source that is gone must not run. */
const sources = new URL('../../../test/', import.meta.url);

/** The compiled test files of a folder, as names. */
export function testFilesIn(folder: string): string[] {
  return readdirSync(fileURLToPath(new URL(`${folder}/`, sources)))
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => file.replace(/ts$/, 'js'))
    .sort();
}

/** The folders that hold tests. */
export function testFolders(): string[] {
  return readdirSync(fileURLToPath(sources), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

/** Has all test files of a folder run in this process. */
export async function importTests(folder: string): Promise<void> {
  for (const file of testFilesIn(folder)) {
    await import(new URL(`../${folder}/${file}`, import.meta.url).href);
  }
}
