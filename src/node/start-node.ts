import type { MessagePort } from 'node:worker_threads';
import type { LetoError } from '../base/index.js';
import type { FromNode, NodeSettings } from '../control/index.js';
import type { NodeObserver } from '../server/index.js';
import { DiskClient, readIdentity } from '../storage/index.js';
import { Node } from './node.js';
import { recover } from './recover.js';

interface StartNodeOptions {
  readonly post: (message: FromNode) => void;
  /** The disk failed: nothing is confirmed any more. */
  readonly onDiskFailed: (error: LetoError) => void;
  readonly observer?: NodeObserver;
  /** Numbers what is held while time stands still, in one order with the other nodes. */
  readonly arrivalCounter?: Int32Array;
}

/**
 * Begins a life of a node with what the disk thread at the other end of `disk` holds; resolves when
 * it serves clients.
 * @throws {LetoError} what the disk met, or where a port is taken
 */
export async function startNode(
  settings: NodeSettings,
  disk: MessagePort,
  { post, onDiskFailed, observer, arrivalCounter }: StartNodeOptions,
): Promise<Node> {
  const client = new DiskClient(disk, onDiskFailed);
  const node = new Node(settings, {
    disk: client,
    recovered: await recover(client),
    post,
    ...(observer ? { observer } : {}),
    ...(arrivalCounter ? { arrivalCounter } : {}),
  });
  try {
    await node.start();
    return node;
  } catch (error) {
    await node.stop();
    throw error;
  }
}

/**
 * The cluster that the data in `folder` are of; null where there are none yet.
 * @throws {LetoError} LETO_DATA_DAMAGED, or LETO_DATA_FOREIGN for another format version
 */
export async function clusterIdIn(folder: string): Promise<string | null> {
  const identity = await readIdentity(folder);
  return identity?.clusterId ?? null;
}
