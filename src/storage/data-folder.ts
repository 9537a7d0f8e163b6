/**
 * The data folder of one node: the database `raft-log` and, beside it, the identity `node.json`.
 * This module creates, opens and closes the two together. The log itself is in level-store.ts; a
 * check of a folder whose node is not running is in verify-folder.ts.
 */

import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LetoError } from '../base/index.js';
import { type AddressesById, beforeLog, nodeId, noTerm } from '../raft/index.js';
import { dataDamaged, dataForeign, dataUnwritable, toDataError } from './data-errors.js';
import { makeFolder, syncFolder } from './durable-file.js';
import {
  checkOwner,
  type Identity,
  identityPath,
  readIdentity,
  writeIdentity,
} from './identity.js';
import { LevelStore } from './level-store.js';

/** The place of a node's data, and the contents to create it with when there is none yet. */
export interface DataOptions {
  readonly folder: string;
  readonly clusterId: string;
  readonly nodeId: string;
  /** The voters of the first configuration; ignored when the data exists already. */
  readonly voters: readonly string[];
  /** The addresses in the first configuration, where the members listen for their peers. */
  readonly addresses?: AddressesById;
  /** True when this node has never had data; otherwise an empty folder counts as damage. */
  readonly isNew: boolean;
}

export const databaseName = 'raft-log';
const stagingPrefix = `${databaseName}.new-`;

/**
 * The open data of one node. New data is created in this order, so that the next start can finish
 * what an interruption leaves:
 * 1. create the database under a temporary name and sync it, 2. move it into place, 3. write the
 * first configuration into it, 4. write the identity, 5. serve the node.
 * A database without an identity that has taken no write was never served: its creation is
 * finished. A database with writes but no identity, and an identity without a database, have lost
 * a part: both are refused.
 *
 * Only the process that holds LevelDB's lock writes the identity.
 */
export class DataFolder {
  readonly store: LevelStore;
  readonly #options: DataOptions;

  private constructor(options: DataOptions, store: LevelStore) {
    this.#options = options;
    this.store = store;
  }

  /**
   * Opens the data and verifies all of it, or creates it.
   * @throws {LetoError} LETO_DATA_DAMAGED, _FOREIGN, _LOCKED or _UNWRITABLE
   */
  static async open(options: DataOptions): Promise<DataFolder> {
    try {
      await makeFolder(options.folder);
    } catch (error) {
      throw dataUnwritable(options.folder, error);
    }
    try {
      return new DataFolder(options, await openStore(options));
    } catch (error) {
      throw error instanceof LetoError ? error : toDataError(options.folder, error);
    }
  }

  /** Closes the database, after recording its number of writes in the identity. */
  async close(): Promise<void> {
    try {
      await this.store.flush();
      if (!this.store.hasFailed) await updateIdentity(this.#options, this.store);
    } finally {
      await this.store.close();
    }
  }
}

async function openStore(options: DataOptions): Promise<LevelStore> {
  const { folder } = options;
  const location = join(folder, databaseName);
  const identity = await readIdentity(folder);
  if (identity) checkOwner(folder, identity, options);
  if (!existsSync(location)) {
    if (identity || !options.isNew) throw dataDamaged(folder, 'its database is missing');
    await createDatabase(folder, location);
  }
  const store = await LevelStore.open(location);
  try {
    if (identity) checkStore(location, store, identity);
    else await initializeStore(options, store);
    await updateIdentity(options, store);
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Creates the database elsewhere and moves it: LevelDB does not create one atomically. */
async function createDatabase(folder: string, location: string): Promise<void> {
  const storeId = randomBytes(16).toString('hex');
  const staging = join(folder, `${stagingPrefix}${storeId}`);
  await makeFolder(staging);
  await LevelStore.create(staging, storeId);
  await rename(staging, location);
  await syncFolder(folder);
}

/**
 * Checks that a database is the one that its identity was written for.
 * @throws {LetoError} LETO_DATA_FOREIGN, or LETO_DATA_DAMAGED when the database is an older one
 */
export function checkStore(
  location: string,
  store: Pick<LevelStore, 'storeId' | 'writes'>,
  { storeId, writes }: Identity,
): void {
  if (store.storeId !== storeId) throw dataForeign(location, 'is the database of another node');
  if (store.writes < writes) {
    throw dataDamaged(location, `it holds only ${store.writes} of its ${writes} writes`);
  }
}

/** Finishes the creation of the data, which an earlier start may have begun. */
async function initializeStore(options: DataOptions, store: LevelStore): Promise<void> {
  const { folder } = options;
  if (store.writes > 0 || !options.isNew) {
    throw dataDamaged(identityPath(folder), 'it is missing, although the database has been in use');
  }
  const members = { voters: options.voters.map(nodeId), learners: [] };
  const { addresses } = options;
  const configuration = addresses ? { ...members, addresses } : members;
  await store.initialize({ index: beforeLog, term: noTerm, configuration });
  for (const name of await readdir(folder)) {
    if (name.startsWith(stagingPrefix)) await rm(join(folder, name), { recursive: true });
  }
}

async function updateIdentity(
  options: DataOptions,
  { storeId, writes }: LevelStore,
): Promise<void> {
  const { folder, clusterId, nodeId } = options;
  await writeIdentity(folder, { clusterId, nodeId, storeId, writes });
}
