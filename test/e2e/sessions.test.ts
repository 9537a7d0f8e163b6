/** RAFT SESSION on a real cluster. */

import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { startCluster } from '../../src/cluster/index.js';
import { leaderOf } from '../../src/control/index.js';
import { encodeRequest } from '../../src/resp/index.js';
import { connectTo } from '../helpers/load.js';
import { endWithTest } from '../helpers/resources.js';

const patienceMs = 60_000;
const once = encodeRequest(['RAFT', 'SESSION', 'shop-7', '1']) + encodeRequest(['INCR', 'orders']);

test('goraft: an INCR repeated after a lost reply is applied once (6.3)', async (t) => {
  await using cluster = await startCluster({ port: 0 });
  await cluster.waitForReady();
  const leader = leaderOf(cluster.view());
  assert.ok(leader?.respPort);
  const before = leader.report?.commitIndex ?? 0;
  const socket = endWithTest(t, connect(leader.respPort, '127.0.0.1'));
  socket.write(once, 'latin1');
  await cluster.waitUntil(
    (view) => view.nodes.every(({ report }) => (report?.commitIndex ?? 0) > before),
    patienceMs,
    'the INCR to be committed everywhere',
  );
  // The leader may have replied by now, but this client has not read the reply.
  socket.resetAndDestroy();

  await cluster.kill('leader');
  await cluster.waitUntil((view) => leaderOf(view) !== null, patienceMs, 'the next leader');
  const client = connectTo(t, leaderOf(cluster.view())?.respPort ?? 0);
  await client.connect();
  for (let repeated = 0; repeated < 3; repeated += 1) {
    assert.equal(await client.call('RAFT', 'SESSION', 'shop-7', '1'), 'OK');
    assert.equal(await client.call('INCR', 'orders'), 1);
  }
  assert.equal(await client.call('RAFT', 'SESSION', 'shop-7', '2'), 'OK');
  assert.equal(await client.call('INCR', 'orders'), 2);
  assert.equal(await client.get('orders'), '2');
  client.disconnect();
});
