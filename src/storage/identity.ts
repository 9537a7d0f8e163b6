/**
 * The identity file `node.json` in a data folder: it tells whose data this is, and how many writes
 * the database must hold at least. data-folder.ts decides when it is written.
 */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32c } from '../base/index.js';
import { dataDamaged, dataForeign, dataOfOtherVersion } from './data-errors.js';
import { replaceFile } from './durable-file.js';

export const formatVersion = 1;

/**
 * The content of the identity file. It detects a database that has lost its files, which LevelDB
 * silently treats as an empty one.
 */
export interface Identity {
  readonly clusterId: string;
  readonly nodeId: string;
  /** A random text chosen when the data is created; the database holds it too. */
  readonly storeId: string;
  /**
   * The number of writes in the database when this file was written. They were synced, so the
   * database may hold more, but never fewer. The last index could not serve for this, since a log
   * may shrink.
   */
  readonly writes: number;
}

/**
 * Reads the identity in `folder`. Returns null when there is none.
 * @throws {LetoError} LETO_DATA_DAMAGED, or LETO_DATA_FOREIGN for an unknown format version
 */
export async function readIdentity(folder: string): Promise<Identity | null> {
  const path = identityPath(folder);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  return parseIdentity(path, text);
}

/** Replaces the identity in `folder`, durably. */
export async function writeIdentity(folder: string, identity: Identity): Promise<void> {
  const { clusterId, nodeId, storeId, writes } = identity;
  const content = { formatVersion, clusterId, nodeId, storeId, writes };
  const checksum = checksumOf(content);
  await replaceFile(identityPath(folder), `${JSON.stringify({ ...content, checksum })}\n`);
}

/** @throws {LetoError} LETO_DATA_FOREIGN when the data belongs to another node or cluster */
export function checkOwner(
  folder: string,
  identity: Identity,
  owner: Pick<Identity, 'clusterId' | 'nodeId'>,
): void {
  const { clusterId, nodeId } = identity;
  if (clusterId !== owner.clusterId) {
    throw dataForeign(folder, `belongs to another cluster (${clusterId}, not ${owner.clusterId})`);
  }
  if (nodeId !== owner.nodeId) {
    throw dataForeign(folder, `belongs to another node (${nodeId}, not ${owner.nodeId})`);
  }
}

export function identityPath(folder: string): string {
  return join(folder, 'node.json');
}

function parseIdentity(path: string, text: string): Identity {
  const { checksum, ...content } = parseObject(path, text);
  if (checksum !== checksumOf(content)) throw dataDamaged(path, 'its checksum is wrong');
  const { formatVersion: found } = content;
  if (found !== formatVersion) throw dataOfOtherVersion(path, found, formatVersion);
  return content as unknown as Identity;
}

function parseObject(path: string, text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text));
  } catch {
    throw dataDamaged(path, 'it is not valid JSON');
  }
}

/**
 * Returns the checksum of all other fields. The algorithm must never change; otherwise a damaged
 * file would look like one of another version.
 */
function checksumOf(content: object): number {
  return crc32c(Buffer.from(JSON.stringify(content)));
}
