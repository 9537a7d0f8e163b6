import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { damaged } from '../codec/index.js';
import { dataDamaged, toDataError } from './data-errors.js';
import { checkTable } from './table-file.js';
import { WriteAheadLogScan } from './write-ahead-log.js';

/**
 * Looks at the files of a database before LevelDB opens it, because LevelDB takes much damage for
 * an older or an empty database, and cleans up accordingly; what is refused here stays as it was.
 * @throws {LetoError} LETO_DATA_DAMAGED
 */
export async function checkDatabaseFiles(location: string): Promise<void> {
  const names = (await readdir(location)).sort();
  if (!names.includes('CURRENT')) throw dataDamaged(location, 'its file CURRENT is missing');
  const logs = names.filter((name) => name.endsWith('.log'));
  if (logs.length === 0) throw dataDamaged(location, 'its .log file is missing');
  const scan = new WriteAheadLogScan();
  for (const name of logs) {
    await checkFile(join(location, name), (file) => {
      scan.take(file);
      if (scan.hasHole) throw damaged('a write in it is damaged, and others follow');
    });
  }
  for (const name of names.filter((name) => name.endsWith('.ldb'))) {
    await checkFile(join(location, name), checkTable);
  }
}

async function checkFile(path: string, check: (file: Buffer) => void): Promise<void> {
  try {
    check(await readFile(path));
  } catch (error) {
    // Another process is at work in the folder, and holds the lock that LevelDB will ask for.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw toDataError(path, error);
  }
}
