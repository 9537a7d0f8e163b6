import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The project's folder, with a slash at its end. */
export const root = new URL('../../../', import.meta.url).pathname;

/** Every TypeScript file below `folder`, as a path from the root. */
export function sourceFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(folder, name));
}
