import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32c } from '../base/index.js';
import { dataDamaged, dataForeign, dataOfOtherVersion } from './data-errors.js';
import { replaceFile } from './durable-file.js';

export const formatVersion = 1;

/**
 * Whose data this is, in a file beside the database. LevelDB takes a database that lost its files
 * for an empty one without a word; this file knows better.
 */
export interface Identity {
  readonly clusterId: string;
  readonly nodeId: string;
  /** Drawn when the data is made, and written in the database too. */
  readonly storeId: string;
  /**
   * The mark: so many writes the database had taken when this was written. They were synced, so it
   * may have more, but never fewer. An index could not tell: a log may rightly become shorter.
   */
  readonly writes: number;
}

/** The identity in `folder`, or null where there is none. */
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

export async function writeIdentity(folder: string, identity: Identity): Promise<void> {
  const { clusterId, nodeId, storeId, writes } = identity;
  const content = { formatVersion, clusterId, nodeId, storeId, writes };
  const checksum = checksumOf(content);
  await replaceFile(identityPath(folder), `${JSON.stringify({ ...content, checksum })}\n`);
}

/** @throws {LetoError} LETO_DATA_FOREIGN where the data is another node's or cluster's */
export function checkOwner(
  folder: string,
  identity: Identity,
  owner: Pick<Identity, 'clusterId' | 'nodeId'>,
): void {
  const { clusterId, nodeId } = identity;
  if (clusterId !== owner.clusterId) {
    throw dataForeign(folder, `is data of another cluster (${clusterId}, not ${owner.clusterId})`);
  }
  if (nodeId !== owner.nodeId) {
    throw dataForeign(folder, `is data of another node (${nodeId}, not ${owner.nodeId})`);
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

/** The same in every format version, so that damage is never taken for another version. */
function checksumOf(content: object): number {
  return crc32c(Buffer.from(JSON.stringify(content)));
}
