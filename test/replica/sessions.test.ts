/** Tests that retried writes take effect once across leaders, restarts and snapshots (6.3). */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Outcome } from '../../src/replica/index.js';
import { ofType } from '../raft/messages.js';
import { n1, n2 } from '../raft/node.js';
import { bulk, connection, ok, oneReplica, threeReplicas } from './replica-node.js';

const session = (serial: number, id = 'client') => ({ id, serial });
const integer = (value: bigint): Outcome => ({ type: 'integer', value });

test('a command that is sent again gets the same reply and takes effect once (6.3) [C5]', () => {
  const node = oneReplica();
  const outcomes = [1, 1, 2, 2].map((serial) => {
    const request = node.send(connection(), 'incr n', session(serial));
    node.run();
    return node.outcome(request);
  });
  assert.deepEqual(outcomes, [integer(1n), integer(1n), integer(2n), integer(2n)]);
  assert.equal(node.value('n'), '2');
});

test('a command without a session takes effect as often as it is sent', () => {
  const node = oneReplica();
  for (let sent = 0; sent < 3; sent += 1) node.send(connection(), 'incr n');
  node.run();
  assert.equal(node.value('n'), '3');
});

test('the serials of different sessions are independent (6.3)', () => {
  const node = oneReplica();
  for (const id of ['a', 'b', 'c']) node.send(connection(), 'incr n', session(1, id));
  node.run();
  assert.equal(node.value('n'), '3');
});

test('an uncertain write that is sent again to the next leader takes effect once (6.3) [C5]', () => {
  const cluster = threeReplicas();
  const old = cluster.leader;
  const first = old.send(connection(), 'incr n', session(1));
  cluster.collect();
  cluster.deliver();
  cluster.drop();
  cluster.isolate(n1);
  cluster.advance(3000);
  assert.equal(old.outcome(first)?.type, 'uncertain');
  const again = cluster.leader.send(connection(), 'incr n', session(1));
  cluster.advance(100);
  assert.deepEqual(cluster.leader.outcome(again), integer(1n));
  cluster.heal();
  cluster.advance(1000);
  for (const node of cluster.members) assert.equal(node.value('n'), '1');
});

test('a retried write whose first entry was lost with its leader takes effect once (6.3) [C5]', () => {
  const cluster = threeReplicas();
  const old = cluster.leader;
  cluster.isolate(n1);
  old.send(connection(), 'incr n', session(1));
  cluster.advance(3000);
  const { leader } = cluster;
  const again = leader.send(connection(), 'incr n', session(1));
  cluster.heal();
  cluster.advance(1000);
  assert.deepEqual(leader.outcome(again), integer(1n));
  for (const node of cluster.members) assert.equal(node.value('n'), '1');
});

test('when one log holds two uncommitted copies the second changes nothing (6.3) [C5]', () => {
  const cluster = threeReplicas();
  const { leader } = cluster;
  const both = [1, 1].map((serial) => leader.send(connection(), 'incr n', session(serial)));
  cluster.settle();
  for (const request of both) assert.deepEqual(leader.outcome(request), integer(1n));
  cluster.advance(100);
  for (const node of cluster.members) assert.equal(node.value('n'), '1');
});

test('a restarted node knows the sessions from its log (6.3)', () => {
  const node = oneReplica();
  node.send(connection(), 'incr n', session(1));
  node.run();
  node.restart();
  node.setClock(node.state.nowMs + 600);
  node.tick();
  node.run();
  const again = node.send(connection(), 'incr n', session(1));
  node.run();
  assert.deepEqual(node.outcome(again), integer(1n));
});

test('a restarted node knows the sessions from its snapshot (6.3, 5.1) [S3]', () => {
  const node = oneReplica({ trailingBytesMax: 0 });
  node.send(connection(), 'incr n', session(1));
  node.run();
  node.sendAdmin({ type: 'snapshot' });
  node.run();
  assert.deepEqual(node.store.state.entries, []);
  node.restart();
  node.setClock(node.state.nowMs + 600);
  node.tick();
  node.run();
  const again = node.send(connection(), 'incr n', session(1));
  node.run();
  assert.deepEqual(node.outcome(again), integer(1n));
  assert.equal(node.value('n'), '1');
});

test('sessions are the same on all nodes (6.3)', () => {
  const cluster = threeReplicas();
  for (let serial = 1; serial <= 5; serial += 1) {
    cluster.leader.send(connection(), 'incr n', session(serial));
  }
  cluster.advance(200);
  const [first, ...others] = cluster.members.map(({ replica }) => [
    ...replica.machine.sessions.values(),
  ]);
  assert.equal(first?.length, 1);
  for (const other of others) assert.deepEqual(other, first);
});

test('a read ignores its session, so it can be repeated', () => {
  const node = oneReplica();
  node.send(connection(), 'set k old', session(1));
  node.run();
  node.send(connection(), 'get k', session(2));
  node.send(connection(), 'set k new', session(2));
  node.run();
  const read = node.send(connection(), 'get k', session(2));
  node.run();
  assert.deepEqual(node.outcome(read), bulk('new'));
});

test('log time is that of the leader; it advances with its clock, without a calendar', () => {
  const node = oneReplica();
  const sinceMs = node.state.nowMs;
  for (const ms of [0, 10, 250, 5000]) {
    node.setClock(sinceMs + ms);
    node.send(connection(), 'incr n');
    node.run();
    assert.equal(node.replica.machine.logTimeMs, sinceMs + ms);
  }
});

test('log time is in whole milliseconds', () => {
  const node = oneReplica();
  node.setClock(Math.floor(node.state.nowMs) + 10.75);
  node.send(connection(), 'incr n');
  node.run();
  assert.equal(node.replica.machine.logTimeMs, Math.floor(node.state.nowMs));
});

test('the next leader continues from the highest log time that it has applied', () => {
  const cluster = threeReplicas();
  cluster.advance(5000);
  cluster.leader.send(connection(), 'incr n');
  cluster.advance(100);
  const { logTimeMs } = cluster.leader.replica.machine;
  assert.ok(logTimeMs >= 5000);
  cluster.leader.sendAdmin({ type: 'transfer', target: n2 });
  cluster.advance(500);
  assert.equal(cluster.leader.id, n2);
  const write = cluster.leader.send(connection(), 'incr n');
  cluster.settle();
  assert.equal(cluster.leader.outcome(write)?.type, 'integer');
  const next = cluster.leader.replica.machine.logTimeMs;
  assert.ok(next >= logTimeMs && next < logTimeMs + 1000, `${next} after ${logTimeMs}`);
});

test('log time never falls, even when a leader is elected that has applied little [C8]', () => {
  const cluster = threeReplicas();
  cluster.isolate(n2);
  cluster.advance(3000);
  cluster.leader.send(connection(), 'set k v');
  cluster.settle();
  const before = cluster.leader.replica.machine.logTimeMs;
  cluster.heal();
  cluster.collect();
  cluster.deliver(({ type }) => type === 'AppendEntries');
  cluster.advance(60);
  cluster.isolate(n1);
  cluster.advance(3000);
  cluster.leader.send(connection(), 'incr n');
  cluster.settle();
  assert.ok(cluster.leader.replica.machine.logTimeMs >= before);
});

test('a key expires by log time on every node even without writes (C8)', () => {
  const cluster = threeReplicas();
  const set = cluster.leader.send(connection(), 'set k v px 1000');
  cluster.settle();
  assert.deepEqual(cluster.leader.outcome(set), ok);
  cluster.advance(900);
  assert.equal(cluster.leader.value('k'), 'v');
  cluster.advance(300);
  for (const node of cluster.members) assert.equal(node.value('k'), undefined);
  const { lastIndex } = cluster.leader.state.log;
  cluster.advance(1000);
  assert.equal(cluster.leader.state.log.lastIndex, lastIndex, 'then the log rests again');
  assert.deepEqual(ofType(cluster.network, 'AppendEntries'), []);
});
