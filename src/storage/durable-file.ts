/** Changes to files and folders that survive a power loss once they resolve. */

import { mkdir, open, rename } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

const folderMode = 0o700;
const fileMode = 0o600;

/** Creates a folder and any missing parents, accessible to this user only. */
export async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: folderMode });
  if (first === undefined) return;
  const topLength = resolve(first).length;
  for (let path = resolve(folder); path.length >= topLength; path = dirname(path)) {
    await syncFolder(dirname(path));
  }
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
