import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startCluster } from '../../src/cluster/index.js';
import { leaderOf } from '../../src/control/index.js';
import { holdPort, reservePorts } from '../helpers/ports.js';
import { endWithTest } from '../helpers/resources.js';
import { ask } from '../server/http-node.js';

test('HTTP is off by default', async () => {
  await using cluster = await startCluster({ port: 0 });
  assert.deepEqual(
    cluster.status().nodes.map(({ httpPort }) => httpPort),
    [null, null, null],
  );
});

test('HTTP ports count up from the first one, and survive restarts', async () => {
  const httpPort = await reservePorts(3);
  await using cluster = await startCluster({ port: 0, httpPort });
  await cluster.waitForReady();
  const ports = () => cluster.status().nodes.map((node) => node.httpPort);
  assert.deepEqual(ports(), [httpPort, httpPort + 1, httpPort + 2]);
  await cluster.kill('n2');
  await cluster.restart('n2');
  assert.deepEqual(ports(), [httpPort, httpPort + 1, httpPort + 2]);
});

test('a node keeps its free port through restarts, and an added node gets one', async () => {
  await using cluster = await startCluster({ port: 0, httpPort: 0 });
  await cluster.waitForReady();
  const ports = () => cluster.status().nodes.map((node) => node.httpPort ?? 0);
  const before = ports();
  assert.equal(new Set(before).size, 3);
  await cluster.kill('n1');
  await cluster.restart('n1');
  assert.deepEqual(ports(), before);
  await cluster.add();
  const added = ports()[3] ?? 0;
  const { status, headers } = await ask(added, 'PUT /db/a', 'x');
  assert.equal(status, 307);
  const leader = leaderOf(cluster.view());
  assert.equal(headers.location, `http://127.0.0.1:${leader?.httpPort}/db/a`);
});

test('GET /status of a node equals what the cluster says about it', async () => {
  await using cluster = await startCluster({ nodes: 3, port: 0, httpPort: 0, transport: 'tcp' });
  await cluster.waitForReady();
  for (const known of cluster.status().nodes) {
    const { text } = await ask(known.httpPort ?? 0, 'GET /status');
    const told = JSON.parse(text);
    assert.deepEqual(Object.keys(told), Object.keys(known));
    const same = ['id', 'state', 'role', 'term', 'votedFor', 'leader', 'snapshotIndex', 'voter'];
    const where = ['respPort', 'raftPort', 'httpPort', 'dataDir'];
    for (const field of [...same, ...where] as (keyof typeof known)[]) {
      assert.equal(told[field], known[field], field);
    }
    assert.equal(told.peers.length, known.peers.length);
  }
});

test('the error for an HTTP port in use names the port and the option to change it', async (t) => {
  const first = await reservePorts(2);
  const port = await holdPort(t, first + 1);
  const message = `port ${port} is in use by another program; choose another --http-port`;
  const start = endWithTest(t, startCluster({ nodes: 2, port: 0, httpPort: first }));
  await assert.rejects(start, { code: 'LETO_PORT_TAKEN', message });
});

test('a leader that is stopped gracefully answers only 200 or 307 to HTTP writes', async () => {
  await using cluster = await startCluster({ port: 0, httpPort: 0 });
  await cluster.waitForReady();
  const leader = leaderOf(cluster.view());
  const statuses: number[] = [];
  const writing = (async () => {
    for (;;) {
      const reply = await ask(leader?.httpPort ?? 0, 'PUT /db/a', 'x').catch(() => null);
      if (!reply) return;
      statuses.push(reply.status);
    }
  })();
  await cluster.waitUntil(
    ({ nodes }) => nodes.every(({ report }) => (report?.lastApplied ?? 0) > 20),
    60_000,
    'some writes',
  );
  await cluster.stop('leader');
  await writing;
  assert.ok(statuses.length > 0);
  assert.deepEqual(
    statuses.filter((status) => status !== 200 && status !== 307),
    [],
  );
});
