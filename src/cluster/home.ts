/**
 * The user's folder of clusters, `~/.leto-cluster` or LETO_CLUSTER_HOME. It has a folder for each
 * cluster name, with the control socket, the log of `up -d` and a record of where the data is. The
 * data itself is in cluster-folder.ts.
 */

import { existsSync } from 'node:fs';
import { readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { LetoError } from '../base/index.js';
import { createFolder } from './create-folder.js';

/** @throws {LetoError} LETO_DATA_UNWRITABLE when this user has no home folder */
function homeFolder(): string {
  return process.env.LETO_CLUSTER_HOME || join(userHome(), '.leto-cluster');
}

function userHome(): string {
  let home = '';
  try {
    home = homedir();
  } catch {
    // The system knows no such user.
  }
  if (home !== '') return home;
  const message = 'this user has no home folder; set LETO_CLUSTER_HOME to a folder';
  throw new LetoError('LETO_DATA_UNWRITABLE', message);
}

export function clusterHome(name: string): string {
  return join(homeFolder(), name);
}

/** The longest path that every Unix system allows for a socket. */
const socketPathBytesMax = 103;

/** @throws {LetoError} LETO_BAD_OPTION when the path is too long for a socket */
export function socketPath(name: string): string {
  const path = join(clusterHome(name), 'control.sock');
  if (Buffer.byteLength(path) <= socketPathBytesMax) return path;
  const message = `${path} is too long for a socket; set LETO_CLUSTER_HOME to a folder with a shorter path`;
  throw new LetoError('LETO_BAD_OPTION', message);
}

export function logPath(name: string): string {
  return join(clusterHome(name), 'up.log');
}

/** What is known about a cluster while it does not run. */
interface HomeRecord {
  readonly pid: number;
  readonly dataDir: string;
  readonly isTemporary: boolean;
  /** Where an earlier, stopped cluster of the name keeps its data, while a temporary one runs. */
  readonly stoppedDataDir?: string | null;
}

/** Returns where the stopped cluster of a record keeps its data. Null when there is none. */
export function stoppedDataDirOf(record: HomeRecord | null): string | null {
  if (!record) return null;
  return record.isTemporary ? (record.stoppedDataDir ?? null) : record.dataDir;
}

const recordName = 'home.json';

/** @throws {LetoError} LETO_DATA_UNWRITABLE */
export async function makeClusterHome(name: string): Promise<void> {
  try {
    await createFolder(clusterHome(name));
  } catch (error) {
    throw unusableError(clusterHome(name), 'write to', error);
  }
}

/** True when the home folder is a file, which holds no cluster. */
function isNoFolder(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOTDIR';
}

function unusableError(path: string, what: string, error: unknown): LetoError {
  const { code } = error as NodeJS.ErrnoException;
  const message = `can't ${what} ${path} (${code}); set LETO_CLUSTER_HOME to another folder`;
  return new LetoError('LETO_DATA_UNWRITABLE', message);
}

/** @throws {LetoError} LETO_DATA_UNWRITABLE */
export async function writeHomeRecord(name: string, record: HomeRecord): Promise<void> {
  const file = join(clusterHome(name), recordName);
  try {
    await writeFile(`${file}.new`, `${JSON.stringify(record)}\n`, { mode: 0o600 });
    await rename(`${file}.new`, file);
  } catch (error) {
    throw unusableError(clusterHome(name), 'write to', error);
  }
}

/** Returns null when there is no record, or none that can be read. */
export async function readHomeRecord(name: string): Promise<HomeRecord | null> {
  const file = join(clusterHome(name), recordName);
  if (!existsSync(file)) return null;
  try {
    return JSON.parse(await readFile(file, 'utf8')) as HomeRecord;
  } catch {
    return null;
  }
}

/**
 * Deletes the folder of a cluster name, and the folder of all clusters with the last of them.
 * @throws {LetoError} LETO_DATA_UNWRITABLE
 */
export async function forgetCluster(name: string): Promise<void> {
  try {
    await rm(clusterHome(name), { recursive: true, force: true });
  } catch (error) {
    if (isNoFolder(error)) return;
    throw unusableError(clusterHome(name), 'delete', error);
  }
  await rmdir(homeFolder()).catch(() => {});
}

/**
 * Returns the names of all clusters that have a folder.
 * @throws {LetoError} LETO_DATA_UNWRITABLE
 */
export async function knownClusterNames(): Promise<string[]> {
  if (!existsSync(homeFolder())) return [];
  const entries = await readdir(homeFolder(), { withFileTypes: true }).catch((error) => {
    if (isNoFolder(error)) return [];
    throw unusableError(homeFolder(), 'read', error);
  });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}
