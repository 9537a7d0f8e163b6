/** Finds the test files of a folder, and runs them in one process. */

import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The test sources. A compiled file whose source is gone must not run. */
const sources = new URL('../../../test/', import.meta.url);

/** Returns the names of the compiled test files of a folder. */
export function testFilesIn(folder: string): string[] {
  return readdirSync(fileURLToPath(new URL(`${folder}/`, sources)))
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => file.replace(/ts$/, 'js'))
    .sort();
}

/** Returns the names of the test folders. */
export function testFolders(): string[] {
  return readdirSync(fileURLToPath(sources), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

/** Runs all test files of a folder in this process. */
export async function importTests(folder: string): Promise<void> {
  for (const file of testFilesIn(folder)) {
    await import(new URL(`../${folder}/${file}`, import.meta.url).href);
  }
}
