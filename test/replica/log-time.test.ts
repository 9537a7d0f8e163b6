/** Tests that keys expire in idle clusters, because the leader logs the time. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LogClock } from '../../src/replica/log-clock.js';
import { n1 } from '../raft/node.js';
import { connection, type ReplicaNode, threeReplicas } from './replica-node.js';

test('in an idle cluster a key expires on every node when it is due', () => {
  const cluster = threeReplicas();
  cluster.leader.send(connection(), 'set a b px 500');
  cluster.advance(300);
  for (const node of cluster.members) assert.equal(node.value('a'), 'b');
  cluster.advance(400);
  for (const node of cluster.members) assert.equal(node.replica.machine.store.size, 0);
});

test('while a key has a deadline the log time of the last entry lags by half a second at most', () => {
  const cluster = threeReplicas();
  cluster.leader.send(connection(), 'set a b px 100000');
  cluster.advance(100);
  const { lastIndex } = cluster.leader.state.log;
  cluster.advance(5000);
  assert.equal(cluster.leader.state.log.lastIndex, lastIndex + 10);
  cluster.leader.send(connection(), 'persist a');
  cluster.advance(100);
  const idle = cluster.leader.state.log.lastIndex;
  cluster.advance(5000);
  assert.equal(cluster.leader.state.log.lastIndex, idle, 'no key has a deadline any more');
});

test('the time is logged once, however many keys are due', () => {
  const cluster = threeReplicas();
  for (const key of ['a', 'b', 'c']) cluster.leader.send(connection(), `set ${key} 1 px 200`);
  cluster.advance(100);
  const { lastIndex } = cluster.leader.state.log;
  cluster.advance(1000);
  assert.equal(cluster.leader.state.log.lastIndex, lastIndex + 1);
  assert.equal(cluster.leader.replica.machine.store.size, 0);
});

/** Returns what `PTTL k` says at a node, which answers from what it has applied. */
function lifetimeMs(node: ReplicaNode): number {
  const request = node.send(connection('local'), 'pttl k');
  node.run();
  const outcome = node.outcome(request);
  assert.ok(outcome?.type === 'integer');
  return Number(outcome.value);
}

test('PTTL counts down on every node while nobody writes', () => {
  const cluster = threeReplicas();
  cluster.leader.send(connection(), 'set k v px 8000');
  cluster.advance(100);
  for (let passedMs = 100; passedMs < 7500; passedMs += 400) {
    for (const node of cluster.members) {
      const errorMs = Math.abs(lifetimeMs(node) - (8000 - passedMs));
      assert.ok(errorMs < 100, `${node.id} errs by ${errorMs} ms after ${passedMs} ms`);
    }
    cluster.advance(400);
  }
});

test('no change of leaders gives a deadline back', () => {
  const cluster = threeReplicas();
  cluster.leader.send(connection(), 'set k v px 20000');
  for (let passedMs = 0; passedMs < 18_000; passedMs += 6000) {
    const { leader } = cluster;
    const target = cluster.members.find(({ id }) => id !== leader.id)?.id ?? n1;
    leader.sendAdmin({ type: 'transfer', target });
    cluster.advance(6000);
    assert.notEqual(cluster.leader, leader);
    for (const node of cluster.members) {
      const leftMs = 20_000 - passedMs - 6000;
      assert.ok(Math.abs(lifetimeMs(node) - leftMs) < 1000, `${node.id} says ${lifetimeMs(node)}`);
    }
  }
  cluster.advance(3000);
  for (const node of cluster.members) assert.equal(node.value('k'), undefined);
});

test('a restart of all nodes gives a deadline back by a second at most', () => {
  const cluster = threeReplicas();
  cluster.leader.send(connection(), 'set k v px 20000');
  cluster.advance(15_000);
  for (const node of cluster.members) node.restart();
  cluster.advance(6000);
  for (const node of cluster.members) assert.equal(node.value('k'), undefined);
});

test('a follower whose clock runs fast does not add its lead up', () => {
  const clock = new LogClock(0, 0);
  for (let beat = 1; beat <= 1000; beat += 1) clock.follow(beat * 50, beat * 60);
  assert.ok(clock.read(60_000) <= 50_000 + 500);
  clock.follow(50_050, 60_000);
  const before = clock.read(60_000);
  clock.follow(50_000, 60_000);
  assert.equal(clock.read(60_000), before, 'a late message does not turn the clock back');
});

test('a leader without a quorum logs the time at most once, and waits', () => {
  const cluster = threeReplicas();
  const { leader } = cluster;
  leader.send(connection(), 'set a b px 200');
  cluster.advance(100);
  cluster.isolate(leader.id);
  const { lastIndex } = leader.state.log;
  cluster.advance(2000);
  assert.ok(leader.state.log.lastIndex <= lastIndex + 1);
});

test('the log time of a new leader continues from the log and never falls', () => {
  const cluster = threeReplicas();
  const old = cluster.leader;
  old.send(connection(), 'set a b px 1000');
  cluster.advance(600);
  cluster.isolate(old.id);
  cluster.advance(3000);
  const { leader } = cluster;
  assert.notEqual(leader, old);
  const atElection = leader.replica.machine.logTimeMs;
  leader.send(connection(), 'set c d');
  cluster.advance(100);
  assert.ok(leader.replica.machine.logTimeMs >= atElection);
});
