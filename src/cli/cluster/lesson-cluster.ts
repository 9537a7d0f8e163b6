/** Gives a lesson access to a cluster of this process: its view, its verbs, and client commands. */

import { ClientConnection } from '../../check/index.js';
import type { Cluster } from '../../cluster/index.js';
import { keysAskedMax, type NodeId } from '../../control/index.js';
import type { LessonCluster, NodeContents } from '../../lesson/index.js';
import { replyLines } from './reply-lines.js';

/** How long to wait for a reply: longer than a write may wait for a majority. */
const replyTimeoutMs = 30_000;
/** How long a student may take for the step that leads to a deferred reply. */
const deferredReplyTimeoutMs = 24 * 3_600_000;
/** How often to look for changes that the view does not report, such as an applied entry. */
const pollIntervalMs = 100;

/** Adapts a cluster; `signal` aborts the commands that wait for a reply. */
export function toLessonCluster(cluster: Cluster, signal: AbortSignal): LessonCluster {
  return {
    view: () => cluster.view(),
    dispatch: (intent) => cluster.dispatch(intent),
    readContents: (node) => readContents(cluster, node),
    sendCommands: (node, commands, isDeferred) =>
      sendCommands(
        addressOf(cluster, node),
        commands,
        isDeferred ? deferredReplyTimeoutMs : replyTimeoutMs,
        signal,
      ),
    untilChange: () => untilChange(cluster),
  };
}

/** Returns null when the node has been killed or paused in the meantime. */
async function readContents(cluster: Cluster, node: NodeId): Promise<NodeContents | null> {
  try {
    const [{ entries }, { pairs }] = await Promise.all([
      cluster.ask({ type: 'log', node, from: null, to: null }),
      cluster.ask({ type: 'keys', node, prefix: '', max: keysAskedMax }),
    ]);
    return { entries, values: Object.fromEntries(pairs.map(({ key, value }) => [key, value])) };
  } catch {
    return null;
  }
}

function addressOf(cluster: Cluster, node: NodeId) {
  const address = cluster.addresses().find(({ id }) => id === node);
  if (address) return address;
  throw new Error(`${node} serves no clients`);
}

async function sendCommands(
  address: ReturnType<typeof addressOf>,
  commands: readonly (readonly string[])[],
  waitMs: number,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const connection = await ClientConnection.open(address, waitMs, signal);
  try {
    return (await connection.askAll(commands)).map((reply) => replyLines(reply).join('\n'));
  } finally {
    connection.close();
  }
}

function untilChange(cluster: Cluster): Promise<void> {
  return new Promise((resolve) => {
    const settle = () => {
      clearTimeout(timer);
      stop();
      resolve();
    };
    const timer = setTimeout(settle, pollIntervalMs);
    const stop = cluster.onChange(settle);
  });
}
