/**
 * The data folder of a cluster: a folder for each node, and a record of which nodes belong to it.
 * What a node's folder holds is up to storage/data-folder.ts.
 */

import { randomUUID } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { LetoError } from '../base/index.js';
import { type ClusterPlan, type NodeId, nodeId } from '../control/index.js';
import { createFolder } from './create-folder.js';

const formatVersion = 1;
const recordName = 'cluster.json';

interface ClusterRecord {
  readonly formatVersion: number;
  readonly clusterId: string;
  readonly nodes: readonly string[];
  /** True once every node has created its data. From then on, an empty node folder is damage. */
  readonly isComplete: boolean;
  /** Nodes that were added later and may not have created their data yet. */
  readonly joining: readonly string[];
  /**
   * Nodes that were removed. Their data stays, since an id may only come back with its old data: a
   * server that lost its state could vote twice in a term (3.8).
   */
  readonly former: readonly string[];
}

interface FolderOrigin {
  readonly isTemporary: boolean;
  /** True when the folder held no cluster before it was opened. */
  readonly isNew: boolean;
  /** True when the folder did not exist before. */
  readonly isFolderNew: boolean;
}

export class ClusterFolder {
  readonly path: string;
  /** True when the folder is deleted at the end. */
  readonly isTemporary: boolean;
  readonly #origin: FolderOrigin;
  #record: ClusterRecord;

  constructor(path: string, record: ClusterRecord, origin: FolderOrigin) {
    this.path = path;
    this.isTemporary = origin.isTemporary;
    this.#origin = origin;
    this.#record = record;
  }

  get clusterId(): string {
    return this.#record.clusterId;
  }

  get ids(): readonly NodeId[] {
    return this.#record.nodes.map(nodeId);
  }

  get isComplete(): boolean {
    return this.#record.isComplete;
  }

  /**
   * Returns true when the node was added later and may have no data yet. Such a node starts with an
   * empty configuration.
   */
  isJoining(id: NodeId): boolean {
    return this.#record.joining.includes(id);
  }

  /** Records that all nodes have data. Must be called before any of them votes or appends. */
  async markComplete(): Promise<void> {
    if (this.isComplete) return;
    await this.#change({ isComplete: true });
  }

  /** Returns true when a node may be added under this id: a new one, or a removed one with data. */
  isFreeId(id: NodeId): boolean {
    const { nodes, former } = this.#record;
    if (nodes.includes(id)) return false;
    return !former.includes(id) || existsSync(join(this.path, id));
  }

  /** Records a node that is being added. */
  async addNode(id: NodeId): Promise<void> {
    const { nodes, joining, former } = this.#record;
    await this.#change({
      nodes: [...nodes, id],
      joining: former.includes(id) ? joining : [...joining, id],
      former: former.filter((other) => other !== id),
    });
  }

  /** Records that an added node has data. */
  async markJoined(id: NodeId): Promise<void> {
    await this.#change({ joining: this.#record.joining.filter((other) => other !== id) });
  }

  /** Records that a node was removed; its data stays. */
  async removeNode(id: NodeId): Promise<void> {
    const without = (ids: readonly string[]) => ids.filter((other) => other !== id);
    const { nodes, joining, former } = this.#record;
    const all = { nodes: without(nodes), joining: without(joining), former: [...former, id] };
    await this.#change(all);
  }

  async #change(change: Partial<ClusterRecord>): Promise<void> {
    this.#record = { ...this.#record, ...change };
    await writeRecord(this.path, this.#record);
  }

  /** Deletes what `openClusterFolder` and the nodes have created, after a start that failed. */
  async discardIfNew(): Promise<void> {
    const { isNew, isFolderNew } = this.#origin;
    if (isNew) await deleteClusterData(this.path, { keepsFolder: !isFolderNew });
  }

  /** Deletes the folder if it is temporary. */
  async deleteIfTemporary(): Promise<void> {
    if (this.isTemporary) await rm(this.path, { recursive: true, force: true });
  }

  /** Is `deleteIfTemporary` for an `exit` handler, where nothing asynchronous runs any more. */
  deleteIfTemporarySync(): void {
    if (this.isTemporary) rmSync(this.path, { recursive: true, force: true });
  }
}

/**
 * Opens the data folder of a plan, or creates it.
 * @throws {LetoError} LETO_DATA_UNWRITABLE, LETO_DATA_FOREIGN, LETO_DATA_DAMAGED, LETO_BAD_OPTION
 */
export async function openClusterFolder(plan: ClusterPlan): Promise<ClusterFolder> {
  if (plan.dataDir === null) return createTemporaryFolder(plan);
  const path = resolve(plan.dataDir);
  try {
    const isFolderNew = await createFolder(path);
    const known = await readRecord(path);
    if (known) checkNodes(path, known, plan);
    const record = known ?? (await createRecord(path, plan));
    return new ClusterFolder(path, record, {
      isTemporary: false,
      isNew: known === null,
      isFolderNew,
    });
  } catch (error) {
    throw error instanceof LetoError ? error : unwritableError(path, error);
  }
}

async function createTemporaryFolder(plan: ClusterPlan): Promise<ClusterFolder> {
  const prefix = join(tmpdir(), `leto-cluster-${plan.name}-`);
  try {
    const path = await mkdtemp(prefix);
    const record = await createRecord(path, plan);
    return new ClusterFolder(path, record, { isTemporary: true, isNew: true, isFolderNew: true });
  } catch (error) {
    throw unwritableError(prefix, error);
  }
}

async function readRecord(path: string): Promise<ClusterRecord | null> {
  const file = join(path, recordName);
  if (!existsSync(file)) return null;
  try {
    const record = JSON.parse(await readFile(file, 'utf8')) as ClusterRecord | null;
    const isKnown = record?.formatVersion === formatVersion;
    const lists = [record?.nodes, record?.joining, record?.former];
    if (isKnown && record.clusterId && lists.every(Array.isArray)) return record;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new LetoError(
    'LETO_DATA_DAMAGED',
    `${file} is damaged or from another version; restore it from a backup, or choose another --data-dir`,
  );
}

async function createRecord(path: string, plan: ClusterPlan): Promise<ClusterRecord> {
  if ((await readdir(path)).some((name) => !name.endsWith('.new'))) {
    const message = `${path} is not empty and holds no cluster; choose another --data-dir`;
    throw new LetoError('LETO_DATA_FOREIGN', message);
  }
  const clusterId = randomUUID();
  const lists = { nodes: plan.ids, joining: [], former: [] };
  const record: ClusterRecord = { formatVersion, clusterId, ...lists, isComplete: false };
  await writeRecord(path, record);
  return record;
}

async function writeRecord(path: string, record: ClusterRecord): Promise<void> {
  const file = join(path, recordName);
  await writeFile(`${file}.new`, `${JSON.stringify(record)}\n`, { mode: 0o600, flush: true });
  await rename(`${file}.new`, file);
}

function checkNodes(path: string, { nodes }: ClusterRecord, plan: ClusterPlan): void {
  if (!plan.isSizeGiven || nodes.length === plan.ids.length) return;
  const message = `the data in ${path} belongs to a cluster of ${nodes.length} nodes; start it without --nodes`;
  throw new LetoError('LETO_BAD_OPTION', message);
}

function unwritableError(path: string, error: unknown): LetoError {
  const { code } = error as NodeJS.ErrnoException;
  const message = `can't write to ${path} (${code}); choose another --data-dir`;
  return new LetoError('LETO_DATA_UNWRITABLE', message);
}

/** Deletes everything that a cluster created in its folder, and the folder itself if empty. */
export async function deleteClusterData(path: string, { keepsFolder = false } = {}): Promise<void> {
  const record = await readRecord(path);
  if (!record) return;
  for (const node of [...record.nodes, ...record.former])
    await rm(join(path, node), { recursive: true, force: true });
  await rm(join(path, recordName), { force: true });
  if (keepsFolder) return;
  await rmdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTEMPTY') throw error;
  });
}
