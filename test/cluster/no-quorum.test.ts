import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startCluster } from '../../src/cluster/index.js';
import { isReady, leaderOf } from '../../src/control/index.js';
import { connectTo } from '../helpers/load.js';

const writes = 20_000;

test('without a quorum every write is answered, and writes succeed once it is back [C10]', async (t) => {
  await using cluster = await startCluster({ port: 0 });
  await cluster.waitForReady();
  const leader = leaderOf(cluster.view());
  assert.ok(leader?.respPort);
  const followers = cluster.status().nodes.filter(({ id }) => id !== leader.id);
  await Promise.all(followers.map(({ id }) => cluster.kill(id)));
  const client = connectTo(t, leader.respPort);
  await client.connect();
  const answers = new Map<string, number>();
  await Promise.all(
    Array.from({ length: writes }, async (_, at) => {
      const answer = await client.set(`key:${at}`, 'x'.repeat(100)).catch(String);
      const kind = /UNCERTAIN|not leader|BUSY/.exec(answer)?.[0] ?? answer;
      answers.set(kind, (answers.get(kind) ?? 0) + 1);
    }),
  );
  assert.ok(!answers.has('OK'), 'a write was acknowledged by one node of three');
  const known = ['UNCERTAIN', 'not leader', 'BUSY'].map((kind) => answers.get(kind) ?? 0);
  assert.equal(
    known.reduce((sum, count) => sum + count),
    writes,
  );
  assert.match(String(await client.get('key:0').catch(String)), /not leader/);
  client.disconnect();

  await cluster.restart('all');
  await cluster.waitUntil(isReady, 60_000, 'the cluster to be ready again');
  const next = connectTo(t, leaderOf(cluster.view())?.respPort ?? 0);
  await next.connect();
  assert.equal(await next.set('back', 'again'), 'OK');
  next.disconnect();
});

test('without a leader, verbs that need one say why at the same time, and a snapshot is taken', async () => {
  await using cluster = await startCluster({ port: 0 });
  await cluster.waitForReady();
  const [one, ...others] = cluster.status().nodes.map(({ id }) => id);
  const [two = '', three = ''] = others;
  await Promise.all([cluster.kill(two), cluster.kill(three)]);
  await cluster.waitUntil((view) => leaderOf(view) === null, 60_000, 'no leader');
  const answers: string[] = [];
  const failing = [cluster.remove(two), cluster.transfer(one ?? ''), cluster.add()].map((verb) =>
    verb.then(
      () => answers.push('done'),
      (error: Error) => answers.push(error.message),
    ),
  );
  await cluster.snapshot(one ?? '');
  assert.deepEqual(answers, [], 'the snapshot waits for nobody');
  await Promise.all(failing);
  assert.deepEqual(answers, Array(3).fill('no leader: n2 and n3 are down; restart one'));
  assert.equal(cluster.status().nodes.length, 3, 'nothing was added');
  await cluster.restart('all');
  await cluster.waitForReady();
});
