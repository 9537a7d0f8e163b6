/** Creates the folders of clusters. Those of a node's data are up to storage/durable-file.ts. */

import { existsSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Creates a folder that only this user may enter, and its parents. Resolves to false when it exists.
 * Node's own recursive mkdir never returns where a system forbids folders, as in /proc.
 * @throws the error of the system when it cannot be created
 */
export async function createFolder(path: string): Promise<boolean> {
  const parent = dirname(path);
  if (!existsSync(parent)) await createFolder(parent);
  try {
    await mkdir(path, { mode: 0o700 });
    return true;
  } catch (error) {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return false;
    throw error;
  }
}
