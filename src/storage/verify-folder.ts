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

/** What a folder holds whose data are sound. */
interface DataFolderReport {
  readonly identity: Identity;
  readonly formatVersion: number;
  readonly meta: MetaRecord;
  /** The records of the log. */
  readonly runCount: number;
  /** The one in force. */
  readonly configuration: Configuration;
}

/**
 * Checks all that a node checks when it starts, and changes no byte: LevelDB repairs and cleans up
 * when it opens a database, so it is given a likeness in the system's temporary folder. The tables,
 * which are most of it and never written again, are only linked there.
 *
 * Meanwhile no node can start here: the lock is the original's.
 * @throws {LetoError} LETO_DATA_DAMAGED, _FOREIGN, _LOCKED or _UNWRITABLE; LETO_NODE_STATE for none
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
      return await verifyLocked(folder, location, join(scratchFolder, 'likeness'));
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

/** A lock is its file's, by whatever name: an empty database beside takes it, and changes nothing. */
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
/** What LevelDB tells of itself, and the lock, which is held. */
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

/** That of the last entry that holds one; the log needs not be committed so far (4.1). */
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
  return new LetoError('LETO_NODE_STATE', `there are no data in ${folder}; give the -raftdir`);
}
