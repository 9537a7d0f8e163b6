/**
 * The user's folder of clusters, `~/.leto-cluster` or LETO_CLUSTER_HOME. It has a folder for each
 * cluster name, with the control socket, the log of `up -d` and a record of where the data is. The
 * data itself is in cluster-folder.ts.
 */

import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { LetoError } from '../base/index.js';

function homeFolder(): string {
  return process.env.LETO_CLUSTER_HOME ?? join(homedir(), '.leto-cluster');
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
}

const recordName = 'home.json';

/** @throws {LetoError} LETO_DATA_UNWRITABLE */
export async function makeClusterHome(name: string): Promise<void> {
  try {
    await mkdir(clusterHome(name), { recursive: true, mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const message = `can't write to ${clusterHome(name)} (${code}); set LETO_CLUSTER_HOME to another folder`;
    throw new LetoError('LETO_DATA_UNWRITABLE', message);
  }
}

export async function writeHomeRecord(name: string, record: HomeRecord): Promise<void> {
  const file = join(clusterHome(name), recordName);
  await writeFile(`${file}.new`, `${JSON.stringify(record)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
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

/** Deletes the folder of a cluster name, and the folder of all clusters with the last of them. */
export async function forgetCluster(name: string): Promise<void> {
  await rm(clusterHome(name), { recursive: true, force: true });
  await rmdir(homeFolder()).catch(() => {});
}

/** Returns the names of all clusters that have a folder. */
export async function knownClusterNames(): Promise<string[]> {
  if (!existsSync(homeFolder())) return [];
  const entries = await readdir(homeFolder(), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}
