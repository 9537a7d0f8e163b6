import { randomUUID } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { LetoError } from '../base/index.js';
import { type ClusterPlan, type NodeId, nodeId } from '../control/index.js';

const formatVersion = 1;
const recordName = 'cluster.json';

interface ClusterRecord {
  readonly formatVersion: number;
  readonly clusterId: string;
  readonly nodes: readonly string[];
  /** Every node has had its data: from then on an empty folder is damage, not a beginning. */
  readonly isComplete: boolean;
  /** Nodes that were added later, and may have no data yet. */
  readonly joining: readonly string[];
  /**
   * Nodes that have left. Their data stay: under an old id only the old data may come back, since
   * an emptied server would vote against its own promises (3.8).
   */
  readonly former: readonly string[];
}

/** The folder that holds a folder for each node, and a record of what cluster it is. */
export class ClusterFolder {
  readonly path: string;
  /** Deleted at the end. */
  readonly isTemporary: boolean;
  #record: ClusterRecord;

  constructor(path: string, record: ClusterRecord, isTemporary: boolean) {
    this.path = path;
    this.isTemporary = isTemporary;
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

  /** Was it added later, and has it perhaps no data yet? Then it begins outside the cluster. */
  isJoining(id: NodeId): boolean {
    return this.#record.joining.includes(id);
  }

  /** All nodes have data now; comes before the first of them promises anything. */
  async markComplete(): Promise<void> {
    if (this.isComplete) return;
    await this.#change({ isComplete: true });
  }

  /** May a node be added under this id: a new one, or one that has left and has its data? */
  isFreeId(id: NodeId): boolean {
    const { nodes, former } = this.#record;
    if (nodes.includes(id)) return false;
    return !former.includes(id) || existsSync(join(this.path, id));
  }

  async addNode(id: NodeId): Promise<void> {
    const { nodes, joining, former } = this.#record;
    await this.#change({
      nodes: [...nodes, id],
      joining: former.includes(id) ? joining : [...joining, id],
      former: former.filter((other) => other !== id),
    });
  }

  /** An added node has data now. */
  async markJoined(id: NodeId): Promise<void> {
    await this.#change({ joining: this.#record.joining.filter((other) => other !== id) });
  }

  /** A node has left. */
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

  /** Where the data were to be kept, nothing is deleted. */
  async deleteIfTemporary(): Promise<void> {
    if (this.isTemporary) await rm(this.path, { recursive: true, force: true });
  }

  /** For a process that ends without a word: no time for promises. */
  deleteIfTemporarySync(): void {
    if (this.isTemporary) rmSync(this.path, { recursive: true, force: true });
  }
}

/**
 * Opens the plan's data folder, or makes it.
 * @throws {LetoError} LETO_DATA_UNWRITABLE, LETO_DATA_FOREIGN, LETO_DATA_DAMAGED, LETO_BAD_OPTION
 */
export async function openClusterFolder(plan: ClusterPlan): Promise<ClusterFolder> {
  if (plan.dataDir === null) return createTemporaryFolder(plan);
  const path = resolve(plan.dataDir);
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    const record = (await readRecord(path)) ?? (await createRecord(path, plan));
    checkNodes(path, record, plan);
    return new ClusterFolder(path, record, false);
  } catch (error) {
    throw error instanceof LetoError ? error : unwritableError(path, error);
  }
}

async function createTemporaryFolder(plan: ClusterPlan): Promise<ClusterFolder> {
  const prefix = join(tmpdir(), `leto-cluster-${plan.name}-`);
  try {
    const path = await mkdtemp(prefix);
    return new ClusterFolder(path, await createRecord(path, plan), true);
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
    `${file} is damaged or of another version; restore it from a copy, or choose another --data-dir`,
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
  const message = `the data in ${path} are of a cluster of ${nodes.length}; start it without --nodes`;
  throw new LetoError('LETO_BAD_OPTION', message);
}

function unwritableError(path: string, error: unknown): LetoError {
  const { code } = error as NodeJS.ErrnoException;
  const message = `can't write to ${path} (${code}); choose another --data-dir`;
  return new LetoError('LETO_DATA_UNWRITABLE', message);
}

/** Deletes what a cluster has made in its folder, and the folder itself if that was all. */
export async function deleteClusterData(path: string): Promise<void> {
  const record = await readRecord(path);
  if (!record) return;
  for (const node of [...record.nodes, ...record.former])
    await rm(join(path, node), { recursive: true, force: true });
  await rm(join(path, recordName), { force: true });
  await rmdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTEMPTY') throw error;
  });
}
