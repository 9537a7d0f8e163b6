import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Cluster, startCluster } from '../../src/cluster/index.js';
import { leaderOf, linesKeptMax, type Telemetry } from '../../src/control/index.js';
import { endWithTest } from '../helpers/resources.js';
import { leaderAfter, othersThan, patienceMs, withClient, write } from './fault-cluster.js';

async function startReady(t: TestContext, nodes = 3): Promise<Cluster> {
  const cluster = await endWithTest(t, startCluster({ nodes, port: 0 }));
  await cluster.waitForReady(patienceMs);
  return cluster;
}

test('nodes report messages only while watched, also in lives that begin meanwhile', async (t) => {
  const cluster = await startReady(t);
  assert.deepEqual([cluster.view().notes, cluster.view().rates], [[], []]);
  const seen: Telemetry['type'][] = [];
  const stop = cluster.watch(({ type }) => seen.push(type));
  const leader = await leaderAfter(cluster, null);
  const [other = ''] = othersThan(cluster, leader);
  const sends = (id: string) => cluster.view().rates.some(({ from }) => from === id);
  await cluster.waitUntil(() => sends(leader) && sends(other), patienceMs, 'traffic');
  const { notes } = cluster.view();
  assert.ok(notes.some(({ from, type }) => from === leader && type === 'AppendEntries'));
  assert.ok(notes.every(({ isLost }) => !isLost));
  await cluster.kill(other);
  assert.ok(!sends(other), 'a dead node sends nothing');
  await cluster.restart(other);
  await cluster.waitUntil(() => sends(other), patienceMs, 'traffic of the next life');
  assert.ok(seen.includes('traffic') && seen.includes('node') && seen.includes('event'));
  stop();
  stop();
  assert.deepEqual(cluster.view().rates, []);
  const before = seen.length;
  await write(cluster, await leaderAfter(cluster, null), 'key', 'value');
  assert.equal(seen.length, before);
});

test('messages on a cut link are reported as lost', async (t) => {
  const cluster = await startReady(t);
  const leader = await leaderAfter(cluster, null);
  const [other = ''] = othersThan(cluster, leader);
  const stop = cluster.watch(() => {});
  await cluster.cut(leader, other, { oneWay: true });
  const isLost = () =>
    cluster.view().notes.some((note) => note.isLost && note.from === leader && note.to === other);
  await cluster.waitUntil(isLost, patienceMs, 'a lost message');
  stop();
});

test('messages are reported until the last watcher is gone', async (t) => {
  const cluster = await startReady(t, 1);
  const [first, second] = [cluster.watch(() => {}), cluster.watch(() => {})];
  first();
  await cluster.add({ learner: true });
  const sends = () => cluster.view().rates.length > 0;
  await cluster.waitUntil(sends, patienceMs, 'traffic');
  second();
  assert.ok(!sends());
});

test('a node reports how fast its disk syncs, and while watched its election timer', async (t) => {
  const cluster = await startReady(t);
  const stop = cluster.watch(() => {});
  const shows = () =>
    cluster.view().nodes.every(({ id, report }) => {
      const isLeader = id === leaderOf(cluster.view())?.id;
      return report?.syncMsP99 && (report.electionTimer === null) === isLeader;
    });
  await cluster.waitUntil(shows, patienceMs, 'election timers');
  stop();
});

test('a node answers a question from its own state, without Raft', async (t) => {
  const cluster = await startReady(t);
  const leader = await leaderAfter(cluster, null);
  await write(cluster, leader, 'city', 'Bern');
  const [other = ''] = othersThan(cluster, leader);
  await cluster.isolate(other);
  await write(cluster, leader, 'city', 'Basel');
  const last = async (node: string) => {
    const { entries } = await cluster.ask({ type: 'log', node, from: null, to: null });
    return entries.at(-1)?.command;
  };
  assert.equal(await last(leader), 'SET city Basel');
  assert.notEqual(await last(other), 'SET city Basel');
  const keys = await cluster.ask({ type: 'keys', node: leader, prefix: 'c', max: 5 });
  assert.deepEqual(keys, { pairs: [{ key: 'city', value: 'Basel' }], count: 1 });
});

test('a question that cannot be answered is refused, with what to do', async (t) => {
  const cluster = await startReady(t);
  const log = (node: string, from: number | null = null) =>
    cluster.ask({ type: 'log', node, from, to: 1 });
  await assert.rejects(log('n9'), { code: 'LETO_NO_SUCH_NODE' });
  await assert.rejects(log('n1', 2), { code: 'LETO_BAD_OPTION' });
  await cluster.pause('n2');
  await assert.rejects(log('n2'), { code: 'LETO_NODE_STATE', message: /n2 is paused; resume it/ });
  await cluster.kill('n2');
  await assert.rejects(log('n2'), { code: 'LETO_NODE_STATE', message: /n2 is dead; restart it/ });
  await cluster.close();
  await assert.rejects(log('n1'), { code: 'LETO_CLUSTER_GONE' });
});

test("a node's log lines hold its events and its clients, and outlive its death", async (t) => {
  const cluster = await startReady(t);
  const heard: string[] = [];
  const stop = cluster.onLines('n2', (lines) => heard.push(...lines));
  await withClient(cluster, 'n2', (client) => client.ping());
  const isLogged = () => heard.some((line) => /n2's client \d+ disconnected/.test(line));
  await cluster.disk('n2', { type: 'slow', delayMs: 1 });
  while (!isLogged()) await new Promise((resolve) => setTimeout(resolve, 2));
  await cluster.kill('n2');
  stop();
  await cluster.restart('n2');
  const { lines } = await cluster.ask({ type: 'lines', node: 'n2' });
  const texts = lines.map((line) => {
    assert.match(line, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z /);
    return line.slice(line.indexOf(' ') + 1);
  });
  const expected = ['n2 started', "n2's client 1 connected from", "n2's disk", 'n2 was killed'];
  for (const text of expected) {
    assert.ok(
      texts.some((line) => line.startsWith(text)),
      `${text}:\n${texts.join('\n')}`,
    );
  }
  assert.equal(texts.filter((text) => text === 'n2 restarted').length, 1);
  assert.ok(!heard.some((line) => line.includes('n2 restarted')));
  assert.ok(lines.length <= linesKeptMax);
  assert.throws(() => cluster.onLines('n9', () => {}), { code: 'LETO_NO_SUCH_NODE' });
});
