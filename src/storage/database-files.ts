/**
 * Checks the files of a database before LevelDB opens it. What they hold is checked after that, by
 * verify-database.ts.
 */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { damaged } from '../codec/index.js';
import { dataDamaged, toDataError } from './data-errors.js';
import { checkTable } from './table-file.js';
import { WriteAheadLogScan } from './write-ahead-log.js';

/**
 * Checks the files at `location` and changes none. This must precede the opening, because LevelDB
 * mistakes many kinds of damage for an older or empty database, and deletes files accordingly.
 * @throws {LetoError} LETO_DATA_DAMAGED, or LETO_DATA_UNWRITABLE when a file cannot be read
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
      if (scan.hasHole) throw damaged('it holds a damaged write with later writes after it');
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
    // Only another process deletes files here, and it holds the lock that LevelDB asks for next.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw toDataError(path, error);
  }
}
