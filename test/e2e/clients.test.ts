/** Real Redis clients on the RESP ports of a cluster. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { before, test } from 'node:test';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { type Cluster, startCluster } from '../../src/cluster/index.js';
import { leaderOf } from '../../src/control/index.js';
import { endWithTest, fileEnding } from '../helpers/resources.js';
import { missing, redisCli } from '../helpers/tools.js';

const run = promisify(execFile);

const file = fileEnding();
let cluster: Cluster;
let leaderPort = 0;
let followerPort = 0;
before(async () => {
  cluster = await endWithTest(file, startCluster({ port: 0 }));
  await cluster.waitForReady();
  const leader = leaderOf(cluster.view());
  leaderPort = leader?.respPort ?? 0;
  followerPort = cluster.addresses().find(({ id }) => id !== leader?.id)?.port ?? 0;
});

const cli = { skip: missing('redis-cli') };

test(
  'redis-cli: a write is OK on the leader, and its value is read on every node',
  cli,
  async () => {
    assert.equal(await redisCli(leaderPort, 'set', 'a', 'b'), 'OK');
    for (const { port } of cluster.addresses()) {
      assert.equal(await redisCli(port, 'get', 'a'), 'b');
    }
  },
);

test('redis-cli: a follower names the leader and its address', cli, async () => {
  const { leader } = cluster.status();
  const expected = `not leader, leader is ${leader} at 127.0.0.1:${leaderPort}`;
  assert.equal(await redisCli(followerPort, 'set', 'a', 'c'), expected);
});

test('redis-cli: RESP3, RAFT, INFO, COMMAND and CLIENT work', cli, async () => {
  assert.equal(await redisCli(leaderPort, '-3', 'get', 'nothing'), '');
  assert.match(await redisCli(leaderPort, 'raft', 'status'), /leader/);
  assert.match(await redisCli(leaderPort, 'raft', 'log'), /no-op/);
  assert.match(await redisCli(followerPort, 'info', 'replication'), /role:slave/);
  assert.match(await redisCli(leaderPort, 'command', 'docs', 'set'), /Sets the string value/);
  assert.match(await redisCli(leaderPort, 'client', 'list'), /^id=\d+ addr=127\.0\.0\.1:/);
});

const benchmark = { skip: missing('redis-benchmark') };

test('redis-benchmark completes, with and without pipelines', benchmark, async () => {
  for (const pipeline of ['1', '16', '64']) {
    const args = ['-p', String(leaderPort), '-t', 'set,get,incr,mset', '-n', '5000', '-q'];
    const { stdout, stderr } = await run('redis-benchmark', [...args, '-P', pipeline]);
    assert.match(stdout, /SET: [\d.]+ requests per second/);
    assert.match(stdout, /GET: [\d.]+ requests per second/);
    assert.match(stdout, /MSET .*: [\d.]+ requests per second/);
    assert.doesNotMatch(stdout + stderr, /error/i);
  }
});

test('ioredis with its defaults: ready check, pipelines, binary values', async (t) => {
  const client = endWithTest(t, new Redis(leaderPort, '127.0.0.1'));
  const binary = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  await client.set(binary, binary);
  assert.deepEqual(await client.getBuffer(binary), binary);
  const answers = await client.pipeline().set('p', '1').incr('p').get('p').get('nothing').exec();
  assert.deepEqual(
    answers?.map(([, value]) => value),
    ['OK', 2, '2', null],
  );
  await assert.rejects(client.call('nonsense', 'x'), /ERR unknown command/);
  assert.equal(await client.get('p'), '2');
  await client.quit();
});

test('node-redis with its defaults: RESP3 handshake, pipelines, errors', async (t) => {
  const client = endWithTest(t, createClient({ url: `redis://127.0.0.1:${leaderPort}` }));
  await client.connect();
  assert.equal(await client.set('n', '41'), 'OK');
  assert.deepEqual(await Promise.all([client.incr('n'), client.get('n')]), [42, '42']);
  await client.set('word', 'x');
  await assert.rejects(client.incr('word'), /not an integer/);
  assert.match(await client.info(), /raft_role:leader/);
  await client.close();
});

test('a large value is written, and read on every node', async (t) => {
  const client = endWithTest(t, new Redis(leaderPort, '127.0.0.1'));
  const large = Buffer.alloc(8 * 1024 * 1024, 'x');
  await client.set('large', large);
  for (const { port } of cluster.addresses()) {
    const reader = endWithTest(t, new Redis(port, '127.0.0.1'));
    assert.equal((await reader.getBuffer('large'))?.equals(large), true);
    await reader.quit();
  }
  await client.quit();
});
