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

/** Where a node's data is, and what it is made with where there is none yet. */
export interface DataOptions {
  readonly folder: string;
  readonly clusterId: string;
  readonly nodeId: string;
  /** The first configuration. Data that is there already has its own. */
  readonly voters: readonly string[];
  /** Of the first configuration, as Raft has them. */
  readonly addresses?: AddressesById;
  /** Has this node never had data? Where it had, an empty folder is damage. */
  readonly isNew: boolean;
}

export const databaseName = 'raft-log';
const stagingPrefix = `${databaseName}.new-`;

/**
 * The data of one node: the database `raft-log`, and beside it the identity `node.json`.
 *
 * They are made in this order, so that any interruption leaves what the next start understands:
 * 1. the database, aside and synced; 2. its move into place; 3. the first configuration in it;
 * 4. the identity; 5. only then is the node served. So a database without identity that took no
 * write was never served, and is finished; one that took writes has lost its identity, and an
 * identity without database has lost that: both are refused.
 *
 * The identity is written by who holds LevelDB's lock.
 */
export class DataFolder {
  readonly store: LevelStore;
  readonly #options: DataOptions;

  private constructor(options: DataOptions, store: LevelStore) {
    this.#options = options;
    this.store = store;
  }

  /** @throws {LetoError} LETO_DATA_DAMAGED, _FOREIGN, _LOCKED or _UNWRITABLE */
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

  /** Writes the mark and closes the database; nothing else may be under way. */
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

/** LevelDB does not make a database in one step, but a folder moves in one. */
async function createDatabase(folder: string, location: string): Promise<void> {
  const storeId = randomBytes(16).toString('hex');
  const staging = join(folder, `${stagingPrefix}${storeId}`);
  await makeFolder(staging);
  await LevelStore.create(staging, storeId);
  await rename(staging, location);
  await syncFolder(folder);
}

/** @throws {LetoError} where the database is not the one that the identity was written for */
export function checkStore(
  location: string,
  store: Pick<LevelStore, 'storeId' | 'writes'>,
  { storeId, writes }: Identity,
): void {
  if (store.storeId !== storeId) throw dataForeign(location, 'is the database of another node');
  if (store.writes < writes) {
    throw dataDamaged(location, `only ${store.writes} of its ${writes} writes are there`);
  }
}

/** Ends the creation of the data, perhaps one that was interrupted. */
async function initializeStore(options: DataOptions, store: LevelStore): Promise<void> {
  const { folder } = options;
  if (store.writes > 0 || !options.isNew) {
    throw dataDamaged(identityPath(folder), 'it is missing, and the database has been in use');
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
