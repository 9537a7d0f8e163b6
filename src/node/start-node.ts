/**
 * Starts a life of a node on the data that a disk thread holds. Node itself (node.ts) takes over
 * from there; first-start.ts decides whether a static member may begin without data.
 */

import type { MessagePort } from 'node:worker_threads';
import type { LetoError } from '../base/index.js';
import type { ClusterClock, FromNode, NodeSettings } from '../control/index.js';
import type { NodeObserver } from '../server/index.js';
import { DiskClient, readIdentity } from '../storage/index.js';
import { Node } from './node.js';
import { recover } from './recover.js';

interface StartNodeOptions {
  readonly post: (message: FromNode) => void;
  /** Called when the disk fails; the node confirms nothing after that. */
  readonly onDiskFailed: (error: LetoError) => void;
  readonly observer?: NodeObserver;
  /** The number of the next held message; all nodes of a cluster share it. */
  readonly arrivalCounter?: Int32Array;
  readonly clock: ClusterClock;
}

/**
 * Starts a node whose disk thread is at the other end of `disk`; resolves when it serves clients.
 * @throws {LetoError} the disk's error, or LETO_PORT_TAKEN when a port is taken
 */
export async function startNode(
  settings: NodeSettings,
  disk: MessagePort,
  { post, onDiskFailed, observer, clock, arrivalCounter }: StartNodeOptions,
): Promise<Node> {
  const client = new DiskClient(disk, onDiskFailed);
  const node = new Node(settings, {
    disk: client,
    recovered: await recover(client),
    post,
    clock,
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
 * Returns the id of the cluster that the data in `folder` belongs to; null when there is no data.
 * @throws {LetoError} LETO_DATA_DAMAGED, or LETO_DATA_FOREIGN for another format version
 */
export async function clusterIdIn(folder: string): Promise<string | null> {
  const identity = await readIdentity(folder);
  return identity?.clusterId ?? null;
}
