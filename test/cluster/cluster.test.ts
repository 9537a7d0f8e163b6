import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { startCluster } from '../../src/cluster/index.js';
import { leaderOf } from '../../src/control/index.js';
import { connectTo } from '../helpers/load.js';
import { holdPort, reservePorts } from '../helpers/ports.js';
import { endWithTest, fileEnding, temporaryFolder } from '../helpers/resources.js';

const folder = temporaryFolder(fileEnding());

test('a cluster of one is ready and serves reads and writes', async (t) => {
  await using cluster = await startCluster({ nodes: 1, port: 0 });
  await cluster.waitForReady();
  const client = connectTo(t, cluster.addresses()[0]?.port ?? 0);
  await client.connect();
  assert.equal(await client.set('a', 'b'), 'OK');
  assert.equal(await client.get('a'), 'b');
  client.disconnect();
});

test('temporary data exist as long as the cluster, and are deleted when it closes', async (t) => {
  const cluster = await endWithTest(t, startCluster({ nodes: 1, port: 0 }));
  const { dataDir } = cluster;
  assert.ok(existsSync(join(dataDir, 'n1')));
  await cluster.close();
  assert.ok(!existsSync(dataDir));
});

test('a cluster may be closed more than once', async (t) => {
  const cluster = await endWithTest(t, startCluster({ nodes: 1, port: 0 }));
  await Promise.all([cluster.close(), cluster.close(), cluster.close({ force: true })]);
  await cluster.close();
});

test('data in a given folder outlive the cluster, and the next one continues with them', async (t) => {
  const dataDir = join(folder, 'kept');
  for (const round of [1, 2, 3]) {
    await using cluster = await startCluster({ port: 0, dataDir });
    await cluster.waitForReady();
    const client = connectTo(t, leaderOf(cluster.view())?.respPort ?? 0);
    await client.connect();
    assert.equal(await client.incr('rounds'), round);
    client.disconnect();
  }
});

test('a restarted node keeps its port and comes back with the whole log', async () => {
  await using cluster = await startCluster({ port: 0 });
  await cluster.waitForReady();
  const leader = leaderOf(cluster.view());
  assert.ok(leader?.respPort);
  await cluster.kill('leader');
  await cluster.waitUntil((view) => leaderOf(view) !== null, 60_000, 'the next leader');
  await cluster.restart(leader.id);
  await cluster.waitForReady();
  const status = cluster.status();
  const back = status.nodes.find(({ id }) => id === leader.id);
  assert.equal(back?.respPort, leader.respPort);
  assert.equal(back?.role, 'follower');
  for (const node of status.nodes) assert.equal(node.lastLogIndex, back?.lastLogIndex);
});

test('an action that is not possible is refused with a code and a reason', async () => {
  await using cluster = await startCluster({ port: 0 });
  await cluster.waitForReady();
  await assert.rejects(cluster.kill('n7'), { code: 'LETO_NO_SUCH_NODE', message: /n1, n2, n3/ });
  await assert.rejects(cluster.restart('n1'), {
    code: 'LETO_NODE_STATE',
    message: /already running/,
  });
  await cluster.kill('n1');
  await assert.rejects(cluster.kill('n1'), { code: 'LETO_NODE_STATE', message: /already dead/ });
  await cluster.kill('all');
  await assert.rejects(cluster.kill('leader'), { code: 'LETO_NO_SUCH_NODE' });
  await cluster.close();
  await assert.rejects(cluster.restart('all'), { code: 'LETO_CLUSTER_GONE' });
});

test('a wait that times out names what it waited for', async () => {
  await using cluster = await startCluster({ port: 0 });
  await cluster.kill('all');
  const message = /^timed out after 0\.05 s waiting for the cluster to be ready/;
  await assert.rejects(cluster.waitForReady(50), { code: 'LETO_TIMED_OUT', message });
});

test('the error for a port in use names the port', async (t) => {
  const first = await reservePorts(2);
  const port = await holdPort(t, first + 1);
  const dataDir = join(folder, 'never');
  const start = endWithTest(t, startCluster({ nodes: 2, port: first, dataDir }));
  const message = new RegExp(`port ${port} is in use by another program; choose another --port`);
  await assert.rejects(start, { code: 'LETO_PORT_TAKEN', message });
  assert.equal(existsSync(dataDir), false, 'nothing stays of it');
});

test('the error for a data folder that cannot be created names the folder', async (t) => {
  const file = join(folder, 'a-file');
  await writeFile(file, '');
  const start = endWithTest(t, startCluster({ port: 0, dataDir: join(file, 'below') }));
  await assert.rejects(start, { code: 'LETO_DATA_UNWRITABLE', message: /a-file/ });
});

test('a folder with other files in it is refused and not changed', async (t) => {
  const dataDir = join(folder, 'other');
  await mkdir(dataDir);
  await writeFile(join(dataDir, 'precious'), '');
  await assert.rejects(endWithTest(t, startCluster({ port: 0, dataDir })), {
    code: 'LETO_DATA_FOREIGN',
  });
  assert.deepEqual(await readdir(dataDir), ['precious']);
});

test('data of a cluster of three are refused when five nodes are asked for', async (t) => {
  const dataDir = join(folder, 'three');
  await (await endWithTest(t, startCluster({ port: 0, dataDir }))).close();
  const start = endWithTest(t, startCluster({ nodes: 5, port: 0, dataDir }));
  await assert.rejects(start, { code: 'LETO_BAD_OPTION', message: /start it without --nodes/ });
});

test('a data folder that another cluster uses is refused', async (t) => {
  const dataDir = join(folder, 'shared');
  await using first = await startCluster({ port: 0, dataDir });
  await assert.rejects(endWithTest(t, startCluster({ port: 0, dataDir })), {
    code: 'LETO_DATA_LOCKED',
  });
  await first.waitForReady();
});

const losses = [
  { what: 'its database', path: ['n2', 'raft-log'] },
  { what: 'its identity', path: ['n2', 'node.json'] },
  { what: 'its whole folder', path: ['n2'] },
];

for (const { what, path } of losses) {
  test(`a node that lost ${what} stays dead and says why, and runs once it is restored [P6]`, async (t) => {
    const dataDir = join(folder, what.replaceAll(' ', '-'));
    await (await endWithTest(t, startCluster({ port: 0, dataDir }))).close();
    const lost = join(dataDir, ...path);
    await rename(lost, `${lost}.aside`);
    await using cluster = await startCluster({ port: 0, dataDir });
    const n2 = cluster.view().nodes[1];
    assert.equal(n2?.state, 'dead');
    assert.match(n2?.error ?? '', /n2.* is damaged: .*; this node stays down/);
    await cluster.waitUntil((view) => leaderOf(view) !== null, 60_000, 'a leader of the others');
    await assert.rejects(cluster.restart('n2'), { code: 'LETO_DATA_DAMAGED' });
    await rm(lost, { recursive: true, force: true });
    await rename(`${lost}.aside`, lost);
    await cluster.restart('n2');
    await cluster.waitForReady();
  });
}
