/** Values of 64 MiB beside the small writes of another client. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Redis } from 'ioredis';
import { startCluster } from '../../src/cluster/index.js';
import { isReady, type TransportKind } from '../../src/control/index.js';
import { leaderIn, openClient, WriteLoad } from '../helpers/load.js';
import { endWithTest } from '../helpers/resources.js';

const valueBytes = 64 * 1024 * 1024;

async function connectedTo(port: number, t: TestContext): Promise<Redis> {
  const client = endWithTest(t, openClient(port));
  await client.connect();
  return client;
}

for (const transport of ['message-port', 'tcp'] as TransportKind[]) {
  test(`${transport}: small writes go on while a value of 64 MiB is stored, in the same term`, async (t) => {
    const options = { port: 0, transport, electionTimeoutMs: [600, 1200] } as const;
    const cluster = await endWithTest(t, startCluster(options));
    await cluster.waitForReady();
    const { leader, term } = cluster.status();
    const port = cluster.addresses().find(({ id }) => id === leader)?.port ?? 0;
    const load = new WriteLoad(leaderIn(cluster), 2);
    await load.acknowledged(10);
    const client = await connectedTo(port, t);
    const value = Buffer.alloc(valueBytes, 'a 64 MiB value, ');
    const written = client.set('large', value);
    await load.acknowledged(10);
    assert.equal(await written, 'OK');
    await load.acknowledged(10);
    const tally = await load.stop();
    assert.equal(tally.unknown, 0);
    await cluster.waitUntil(isReady, 60_000, 'all nodes to be level');
    assert.equal(cluster.status().term, term);
    for (const { id, port: nodePort } of cluster.addresses()) {
      const reader = await connectedTo(nodePort, t);
      assert.equal((await reader.getBuffer('large'))?.equals(value), true, id);
    }
  });
}
