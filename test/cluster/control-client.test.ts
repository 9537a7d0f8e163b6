import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { before, test } from 'node:test';
import { unreadMax } from '../../src/cluster/control-feed.js';
import { socketPath } from '../../src/cluster/home.js';
import {
  type Cluster,
  ControlClient,
  ControlServer,
  startCluster,
} from '../../src/cluster/index.js';
import { turn } from '../helpers/load.js';
import { atEnd, endWithTest, fileEnding, temporaryFolder } from '../helpers/resources.js';
import { patienceMs } from './fault-cluster.js';

const name = 'remote';
const file = fileEnding();
let cluster: Cluster;
let server: ControlServer;
before(async () => {
  process.env.LETO_CLUSTER_HOME = temporaryFolder(file);
  server = await ControlServer.claim(name, () => {});
  atEnd(file, () => server.release(false));
  cluster = await endWithTest(file, startCluster({ port: 0, name }));
  await server.serve(cluster);
  await cluster.waitForReady(patienceMs);
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await turn();
}

test('a remote view becomes equal to the view of the cluster', async (t) => {
  const client = await endWithTest(t, ControlClient.connect(name));
  const remote = await client.watch();
  assert.equal(remote.view().cluster, name);
  let changes = 0;
  const stop = remote.subscribe(() => {
    changes += 1;
  });
  await until(() => remote.view().rates.length > 0 && remote.view().notes.length > 0);
  await client.dispatch({ type: 'kill', target: 'n2' });
  await until(() => remote.view().nodes[1]?.state === 'dead');
  await client.dispatch({ type: 'restart', target: 'n2' });
  await client.dispatch({ type: 'cut', from: 'n1', to: 'n2', oneWay: false });
  await until(() => remote.view().links.length === 2);
  assert.deepEqual(
    remote.view().events,
    cluster.view().events.slice(0, remote.view().events.length),
  );
  await client.dispatch({ type: 'heal' });
  await cluster.waitForReady(patienceMs);
  await until(() => remote.view().events.length === cluster.view().events.length);
  assert.deepEqual(remote.view().events, cluster.view().events);
  assert.ok(changes > 0);
  stop();
  client.close();
  await until(() => cluster.view().rates.length === 0);
});

test('a question from another process gets the same answers and errors as a local one', async (t) => {
  const client = await endWithTest(t, ControlClient.connect(name));
  const { entries } = await client.ask({ type: 'log', node: 'n1', from: 1, to: 1 });
  assert.equal(entries[0]?.command, 'no-op');
  const none = client.ask({ type: 'log', node: 'n9', from: null, to: null });
  await assert.rejects(none, { code: 'LETO_NO_SUCH_NODE' });
  await assert.rejects(
    client.lines('n9', () => {}),
    { code: 'LETO_NO_SUCH_NODE' },
  );
  const heard: string[] = [];
  const { lines } = await client.lines('n1', (more) => heard.push(...more));
  assert.match(lines[0] ?? '', /n1 started$/);
  await client.dispatch({ type: 'disk', target: 'n1', fault: { type: 'ok' } });
  await until(() => heard.some((line) => line.includes("n1's disk")));
  client.close();
});

test('a watcher that does not read is disconnected', async (t) => {
  const socket = endWithTest(t, connect(socketPath(name))).on('error', () => {});
  let isCut = false;
  socket.once('close', () => {
    isCut = true;
  });
  const request = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'watch' });
  socket.write(`Content-Length: ${request.length}\r\n\r\n${request}`);
  await until(() => cluster.view().rates.length > 0);
  socket.pause();
  // Each round makes a change of the view and an event.
  for (let round = 0; round < unreadMax; round += 1) {
    await cluster.link('n1', 'n2', { delayMs: round % 2 });
    if (round % 100 === 0) await turn();
  }
  socket.resume();
  await until(() => isCut);
});
