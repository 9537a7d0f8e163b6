/**
 * The offline check of a data folder, for `leto -verify`. It makes the checks of a starting node
 * (data-folder.ts), but changes nothing.
 */

import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LetoError } from '../base/index.js';
import { type Configuration, decodeConfiguration } from '../raft/index.js';
import { dataDamaged, toDataError } from './data-errors.js';
import { checkStore, databaseName } from './data-folder.js';
import { type Database, openDatabase, runKey } from './database.js';
import { checkDatabaseFiles } from './database-files.js';
import { formatVersion, type Identity, identityPath, readIdentity } from './identity.js';
import type { MetaRecord } from './meta-record.js';
import { decodeRuns, verifyRunChecksum } from './run-record.js';
import { type VerifiedDatabase, verifyDatabase } from './verify-database.js';

/** The content of a sound data folder. */
interface DataFolderReport {
  readonly identity: Identity;
  readonly formatVersion: number;
  readonly meta: MetaRecord;
  /** The number of runs of the log. */
  readonly runCount: number;
  /** The latest configuration in the log, or that of the snapshot. */
  readonly configuration: Configuration;
}

/**
 * Checks the data in `folder`, and changes no byte of it. LevelDB repairs and cleans up when it
 * opens a database, so it opens a copy in the system's temporary folder. The copy only links to
 * the tables, which are most of the data and never written again.
 *
 * No node can start in the folder meanwhile, because the lock of the original is held.
 * @throws {LetoError} LETO_DATA_DAMAGED, _FOREIGN, _LOCKED or _UNWRITABLE; LETO_NODE_STATE when the
 * folder holds no data
 */
export async function verifyFolder(folder: string): Promise<DataFolderReport> {
  const location = join(folder, databaseName);
  if (!existsSync(location) && !existsSync(identityPath(folder))) throw noData(folder);
  if (!existsSync(location)) throw dataDamaged(folder, 'its database is missing');
  const scratchFolder = await mkdtemp(join(tmpdir(), 'leto-verify-'));
  try {
    const lock = await wrapReadErrors(location, () =>
      holdLock(location, join(scratchFolder, 'lock')),
    );
    try {
      return await verifyLocked(folder, location, join(scratchFolder, 'copy'));
    } finally {
      await lock.close();
    }
  } finally {
    await rm(scratchFolder, { recursive: true });
  }
}

async function wrapReadErrors<T>(location: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw toDataError(location, error);
  }
}

/**
 * Takes LevelDB's lock without opening the database: an empty database elsewhere, whose lock file
 * is a link to the real one, takes the same lock.
 */
async function holdLock(location: string, lockFolder: string): Promise<Database> {
  await mkdir(lockFolder);
  const lock = join(location, lockName);
  if (existsSync(lock)) await symlink(await realpath(lock), join(lockFolder, lockName));
  return openDatabase(lockFolder, { createIfMissing: true });
}

async function verifyLocked(
  folder: string,
  location: string,
  copyFolder: string,
): Promise<DataFolderReport> {
  const identity = await readIdentity(folder);
  if (!identity) throw dataDamaged(identityPath(folder), 'it is missing');
  await checkDatabaseFiles(location);
  const { configuration, runs, meta } = await wrapReadErrors(location, async () => {
    await copyDatabase(location, copyFolder);
    const database = await openDatabase(copyFolder, { createIfMissing: false });
    try {
      const verified = await verifyDatabase(location, database);
      return { ...verified, configuration: await latestConfiguration(database, verified) };
    } finally {
      await database.close();
    }
  });
  checkStore(location, meta, identity);
  return { identity, formatVersion, meta, runCount: runs.length, configuration };
}

const lockName = 'LOCK';
/** The files that are not copied: LevelDB's own log output, and the lock, which is held. */
const excludedFiles = [lockName, 'LOG', 'LOG.old'];

async function copyDatabase(from: string, to: string): Promise<void> {
  await mkdir(to);
  for (const name of await readdir(from)) {
    if (excludedFiles.includes(name)) continue;
    const [source, copy] = [join(from, name), join(to, name)];
    if (name.endsWith('.ldb')) await symlink(await realpath(source), copy);
    else await copyFile(source, copy);
  }
}

/** A server uses the latest configuration in its log, whether it is committed or not (4.1). */
async function latestConfiguration(
  database: Database,
  { meta, runs }: VerifiedDatabase,
): Promise<Configuration> {
  const { lastIncluded: point } = meta.snapshot;
  for (const run of [...runs].reverse()) {
    const [bytes] = verifyRunChecksum(
      (await database.get(runKey(run))) as Uint8Array,
      run.previousChecksum,
    );
    const last = decodeRuns(bytes)
      .reverse()
      .find(({ kind, index }) => kind === 'configuration' && index > point.index);
    if (last) return decodeConfiguration(last.data);
  }
  return point.configuration;
}

function noData(folder: string): LetoError {
  return new LetoError(
    'LETO_NODE_STATE',
    `there is no data in ${folder}; pass the -raftdir of a node`,
  );
}
