/** Changes to files and folders that survive a power loss once they resolve. */

import { existsSync, statSync } from 'node:fs';
import { mkdir, open, rename } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

const folderMode = 0o700;
const fileMode = 0o600;

/** Creates a folder and any missing parents, accessible to this user only. */
export async function makeFolder(folder: string): Promise<void> {
  const path = resolve(folder);
  const parent = dirname(path);
  // Node's own recursive mkdir never returns where a system forbids folders, as in /proc.
  if (!existsSync(parent)) await makeFolder(parent);
  try {
    await mkdir(path, { mode: folderMode });
  } catch (error) {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
    throw error;
  }
  await syncFolder(parent);
}

/** Syncs a folder, which makes the creation, renaming or deletion of a file in it durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Replaces the content of a file atomically: it holds either the old text or the new one. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.new`;
  const handle = await open(temporary, 'w', fileMode);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, path);
  await syncFolder(dirname(path));
}
