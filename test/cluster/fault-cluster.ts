/** Waits, writes and checks for tests that inject faults into a cluster. */

import assert from 'node:assert/strict';
import type { Redis } from 'ioredis';
import type { Cluster } from '../../src/cluster/index.js';
import { leaderOf } from '../../src/control/index.js';
import { openClient, turn } from '../helpers/load.js';

export const patienceMs = 60_000;

/** Resolves with the id of the leader, once it is not `before`. */
export async function leaderAfter(cluster: Cluster, before: string | null): Promise<string> {
  const id = () => leaderOf(cluster.view())?.id ?? before;
  await cluster.waitUntil(() => id() !== before, patienceMs, 'a leader');
  return id() ?? '';
}

export async function untilRole(cluster: Cluster, id: string, ...roles: string[]): Promise<void> {
  const role = () => cluster.status().nodes.find((node) => node.id === id)?.role ?? '';
  await cluster.waitUntil(() => roles.includes(role()), patienceMs, `${id} to be ${roles}`);
}

export function othersThan(cluster: Cluster, ...ids: readonly string[]): string[] {
  return cluster.status().nodes.flatMap(({ id }) => (ids.includes(id) ? [] : [id]));
}

export async function withClient<T>(
  cluster: Cluster,
  id: string,
  use: (client: Redis) => Promise<T>,
): Promise<T> {
  const client = openClient(cluster.addresses().find((node) => node.id === id)?.port ?? 0);
  await client.connect();
  try {
    return await use(client);
  } finally {
    client.disconnect();
  }
}

export async function write(cluster: Cluster, id: string, key: string, value: string) {
  await withClient(cluster, id, async (client) => {
    assert.equal(await client.set(key, value), 'OK');
  });
}

/** Writes through the current leader until it is acknowledged: links may be slow or lossy. */
export async function writeAnyhow(cluster: Cluster, key: string, value: string): Promise<void> {
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    try {
      await write(cluster, await leaderAfter(cluster, null), key, value);
      return;
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
      await turn();
    }
  }
  assert.fail(`${key} was never written`);
}

const attemptsMax = 2000;

/** Waits until all nodes have the same log and have applied it; fails when they never do. */
export async function assertEqualLogs(cluster: Cluster): Promise<void> {
  await cluster.waitForReady(patienceMs);
  let logs = await logsOf(cluster);
  for (let attempt = 0; attempt < attemptsMax && new Set(logs).size > 1; attempt += 1) {
    await turn();
    logs = await logsOf(cluster);
  }
  for (const log of logs) assert.equal(log, logs[0]);
}

/** The log of each node, one entry per line. */
function logsOf(cluster: Cluster): Promise<string[]> {
  const logOf = async (client: Redis) => {
    const entries = (await client.call('raft', 'log')) as unknown[][];
    return entries.map((entry) => entry.join(' ')).join('\n');
  };
  return Promise.all(cluster.addresses().map(({ id }) => withClient(cluster, id, logOf)));
}
