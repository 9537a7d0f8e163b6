/** Tests that keys expire in idle clusters, because the leader logs the time. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connection, threeReplicas } from './replica-node.js';

test('in an idle cluster a key expires on every node when it is due', () => {
  const cluster = threeReplicas();
  cluster.leader.send(connection(), 'set a b px 500');
  cluster.advance(300);
  for (const node of cluster.members) assert.equal(node.value('a'), 'b');
  cluster.advance(400);
  for (const node of cluster.members) assert.equal(node.replica.machine.store.size, 0);
});

test('while no key is due the leader does not log the time', () => {
  const cluster = threeReplicas();
  cluster.leader.send(connection(), 'set a b px 100000');
  cluster.advance(100);
  const { lastIndex } = cluster.leader.state.log;
  cluster.advance(2000);
  assert.equal(cluster.leader.state.log.lastIndex, lastIndex);
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
