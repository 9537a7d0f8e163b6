import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { type Cluster, startCluster } from '../../src/cluster/index.js';
import { type ClusterEvent, leaderOf, type TransportKind } from '../../src/control/index.js';
import { endWithTest } from '../helpers/resources.js';
import {
  assertEqualLogs,
  leaderAfter,
  othersThan,
  patienceMs,
  withClient,
  write,
} from './fault-cluster.js';

const transports: readonly TransportKind[] = ['message-port', 'tcp'];
/** More steps than any of these tests needs. */
const stepsMax = 200;

async function readyCluster(t: TestContext, transport: TransportKind, nodes = 3): Promise<Cluster> {
  const cluster = await endWithTest(t, startCluster({ port: 0, transport, nodes }));
  await cluster.waitForReady();
  return cluster;
}

function rolesOf(cluster: Cluster): string {
  const roles = cluster.status().nodes.flatMap(({ id, role }) => (role ? [`${id} ${role}`] : []));
  return roles.join(', ');
}

/** The first held event, as `n1 <- PreVote` or `n1 timer`. */
function nextOf(cluster: Cluster): string {
  const [first] = cluster.view().held;
  if (!first) return 'nothing';
  const { node } = first;
  return first.type === 'timer' ? `${node} timer` : `${node} <- ${first.message.type}`;
}

async function stepUntil(cluster: Cluster, holds: () => boolean): Promise<void> {
  for (let step = 0; step < stepsMax && !holds(); step += 1) await cluster.step();
  assert.ok(holds(), `not reached within ${stepsMax} steps`);
}

function eventsOf(cluster: Cluster, ...names: readonly ClusterEvent['event'][]): ClusterEvent[] {
  return cluster.view().events.filter(({ event }) => names.includes(event));
}

for (const transport of transports) {
  test(`${transport}: an election can be stepped through message by message`, async (t) => {
    const cluster = await readyCluster(t, transport);
    await cluster.speed(0);
    assert.equal(cluster.status().speed, 0);
    const old = await leaderAfter(cluster, null);
    await cluster.kill('leader');
    await stepUntil(cluster, () => nextOf(cluster).endsWith('timer'));
    const a = nextOf(cluster).split(' ')[0] ?? '';
    const [b = ''] = othersThan(cluster, old, a);
    const steps: readonly [next: string, roles: readonly [string, string]][] = [
      [`${a} timer`, ['preCandidate', 'follower']],
      [`${b} <- PreVote`, ['preCandidate', 'follower']],
      [`${a} <- PreVoteReply`, ['candidate', 'follower']],
      [`${b} <- RequestVote`, ['candidate', 'follower']],
      [`${a} <- RequestVoteReply`, ['leader', 'follower']],
      [`${b} <- AppendEntries`, ['leader', 'follower']],
    ];
    for (const [next, [roleOfA, roleOfB]] of steps) {
      assert.equal(nextOf(cluster), next);
      await cluster.step();
      const expected = [`${a} ${roleOfA}`, `${b} ${roleOfB}`].sort().join(', ');
      assert.equal(rolesOf(cluster), expected, `after ${next}`);
    }
    await cluster.speed(1);
    assert.deepEqual(cluster.view().held, []);
    assert.deepEqual(
      eventsOf(cluster, 'speedChanged').map(({ speed }) => speed),
      [0, 1],
    );
    await cluster.restart('all');
    await assertEqualLogs(cluster);
  });

  test(`${transport}: a write is committed by the step that completes its majority`, async (t) => {
    const cluster = await readyCluster(t, transport);
    const leader = await leaderAfter(cluster, null);
    await cluster.speed(0);
    await stepUntil(cluster, () => nextOf(cluster).endsWith('timer'));
    await withClient(cluster, leader, async (client) => {
      let isAnswered = false;
      const answer = client.set('a', 'b').finally(() => {
        isAnswered = true;
      });
      const waits = () => nextOf(cluster).endsWith('<- AppendEntries');
      await cluster.waitUntil(waits, patienceMs, 'the write to wait at a follower');
      assert.ok(!isAnswered);
      await stepUntil(cluster, () => nextOf(cluster) === `${leader} <- AppendEntriesReply`);
      assert.ok(!isAnswered);
      await cluster.step();
      assert.equal(await answer, 'OK');
    });
    await cluster.speed(1);
    await assertEqualLogs(cluster);
  });

  for (const nodes of [3, 5]) {
    test(`${transport}: with ${nodes} nodes, timers that expire together split the vote`, async (t) => {
      const cluster = await readyCluster(t, transport, nodes);
      const old = await leaderAfter(cluster, null);
      await cluster.align();
      await cluster.align();
      assert.equal(eventsOf(cluster, 'timersAligned').length, 2);
      await cluster.kill('leader');
      await leaderAfter(cluster, old);
      assertSplit(cluster, nodes - 1);
      await cluster.restart('all');
      await assertEqualLogs(cluster);
    });
  }
}

/** Checks that all of `count` nodes were candidates in one term and none of them won it. */
function assertSplit(cluster: Cluster, count: number): void {
  const lost = eventsOf(cluster, 'killed', 'paused', 'linkChanged').at(-1)?.at ?? '';
  const since = (name: ClusterEvent['event']) =>
    eventsOf(cluster, name).filter(({ at }) => at >= lost);
  const [first, ...others] = since('becameCandidate');
  const rivals = others.filter(({ term }) => term === first?.term);
  assert.equal(rivals.length, count - 1);
  assert.ok(since('becameLeader').every(({ term }) => term !== first?.term));
}

for (const loss of ['pause', 'isolate'] as const) {
  test(`the vote is also split when the leader is lost by ${loss}`, async (t) => {
    const cluster = await readyCluster(t, 'message-port');
    const old = await leaderAfter(cluster, null);
    await cluster.align();
    await cluster[loss]('leader');
    await leaderAfter(cluster, old);
    assertSplit(cluster, 2);
  });
}

test('while time is stopped, align expires the timers at once, and steps split the vote', async (t) => {
  const cluster = await readyCluster(t, 'message-port');
  const old = await leaderAfter(cluster, null);
  await cluster.speed(0);
  await cluster.kill('leader');
  await cluster.align();
  const others = othersThan(cluster, old);
  assert.equal(rolesOf(cluster), others.map((id) => `${id} preCandidate`).join(', '));
  const split = others.map((id) => `${id} candidate`).join(', ');
  await stepUntil(cluster, () => rolesOf(cluster) === split);
  await stepUntil(cluster, () => leaderOf(cluster.view()) !== null);
  assertSplit(cluster, 2);
});

test('an alignment that waits is dropped when another leader is elected', async (t) => {
  const cluster = await readyCluster(t, 'message-port');
  const old = await leaderAfter(cluster, null);
  await cluster.align();
  const [next = ''] = othersThan(cluster, old);
  await cluster.transfer(next);
  await cluster.waitUntil((view) => leaderOf(view)?.id === next, patienceMs, 'the next leader');
  await cluster.pause(old);
  await cluster.resume(old);
  await assertEqualLogs(cluster);
  assert.equal(leaderOf(cluster.view())?.id, next);
});

test('a node that starts while time is stopped holds its messages until time runs', async (t) => {
  const cluster = await readyCluster(t, 'message-port');
  const old = await leaderAfter(cluster, null);
  await cluster.speed(0);
  const [other = ''] = othersThan(cluster, old);
  await cluster.kill(other);
  await cluster.restart(other);
  await stepUntil(cluster, () => nextOf(cluster) === `${other} <- AppendEntries`);
  const report = () => cluster.view().nodes.find(({ id }) => id === other)?.report;
  assert.equal(report()?.leader, null);
  await cluster.step();
  await cluster.waitUntil(() => report()?.leader === old, patienceMs, 'it to follow');
  await cluster.speed(0.5);
  await assertEqualLogs(cluster);
});

test('a message on a slow link appears as a timer of its sender', async (t) => {
  const cluster = await readyCluster(t, 'message-port');
  const leader = await leaderAfter(cluster, null);
  const [a = ''] = othersThan(cluster, leader);
  await cluster.speed(0);
  await stepUntil(cluster, () => nextOf(cluster).endsWith('timer'));
  await cluster.link(leader, a, { delayMs: 7, oneWay: true });
  await cluster.step();
  const due = cluster.view().held.find(({ type, node }) => type === 'timer' && node === leader);
  assert.deepEqual(due, { type: 'timer', node: leader, inMs: 7 });
  await stepUntil(cluster, () => nextOf(cluster) === `${leader} timer`);
  await cluster.step();
  assert.equal(nextOf(cluster), `${a} <- AppendEntries`);
});

test('a step while time runs, a step without a running node and a bad speed are refused', async (t) => {
  const cluster = await readyCluster(t, 'message-port');
  await assert.rejects(cluster.step(), {
    code: 'LETO_NODE_STATE',
    message: /leto-cluster speed 0/,
  });
  await assert.rejects(cluster.speed(1.5), { code: 'LETO_BAD_OPTION' });
  await cluster.speed(0);
  await cluster.kill('all');
  await assert.rejects(cluster.step(), { code: 'LETO_NODE_STATE', message: /no node is running/ });
});

test('a cluster whose time is stopped closes even while a client waits', async (t) => {
  const cluster = await readyCluster(t, 'message-port');
  const leader = await leaderAfter(cluster, null);
  await cluster.speed(0);
  await withClient(cluster, leader, async (client) => {
    const answer = Promise.allSettled([client.set('a', 'b')]);
    await cluster.stop('leader');
    await cluster.close();
    const [{ status }] = await answer;
    assert.equal(status, 'rejected');
  });
});

test('a leader that was paused while time ran faster serves no lease read of old values', async (t) => {
  const starting = startCluster({ port: 0, nodes: 3, reads: 'lease' });
  const cluster = await endWithTest(t, starting);
  await cluster.waitForReady();
  const old = await leaderAfter(cluster, null);
  await write(cluster, old, 'k', 'old');
  await cluster.speed(0.01);
  await cluster.isolate(old);
  await cluster.pause(old);
  await cluster.speed(1);
  const next = await leaderAfter(cluster, old);
  await write(cluster, next, 'k', 'new');
  await cluster.speed(0.01);
  // The request waits in the socket when the node resumes.
  const { respPort } = cluster.status().nodes.find(({ id }) => id === old) ?? {};
  const socket = endWithTest(t, connect(respPort ?? 0, '127.0.0.1'));
  socket.write('GET k\r\n');
  const reply = once(socket, 'data');
  await cluster.resume(old);
  await cluster.speed(1);
  assert.match(String((await reply)[0]), /^-not leader|new/);
});
