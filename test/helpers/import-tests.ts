import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Has all test files of a folder run in this process. */
export async function importTests(folder: string): Promise<void> {
  const url = new URL(`../${folder}/`, import.meta.url);
  const files = readdirSync(fileURLToPath(url)).filter((file) => file.endsWith('.test.js'));
  for (const file of files.sort()) await import(new URL(file, url).href);
}
