import { mkdir, open, rename } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

const folderMode = 0o700;
const fileMode = 0o600;

/** Makes a folder, and those above it, for this user alone; their names survive a power loss. */
export async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: folderMode });
  if (first === undefined) return;
  const topLength = resolve(first).length;
  for (let path = resolve(folder); path.length >= topLength; path = dirname(path)) {
    await syncFolder(dirname(path));
  }
}

/** A new, renamed or deleted name is durable only when the folder that holds it is synced. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Puts `text` in place of the file, whole or not at all. */
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
