/** Tests writes from the request to the answer. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ofType } from '../raft/messages.js';
import { n1, n2, n3 } from '../raft/node.js';
import {
  connection,
  notLeader,
  ok,
  oneReplica,
  ReplicaNode,
  threeReplicas,
} from './replica-node.js';

test('a write is answered once it is committed', () => {
  const cluster = threeReplicas();
  const { leader } = cluster;
  const request = leader.send(connection(), 'set k v');
  cluster.collect();
  assert.equal(leader.outcome(request), undefined);
  cluster.settle();
  assert.deepEqual(leader.outcome(request), ok);
});

test('each write is answered once, in the order of the log', () => {
  const cluster = threeReplicas();
  const { leader } = cluster;
  const client = connection();
  const requests = Array.from({ length: 50 }, () => leader.send(client, 'incr n'));
  cluster.settle();
  cluster.advance(10_000);
  assert.deepEqual(
    leader.answers.map((answer) => answer.request),
    requests,
  );
  assert.deepEqual(
    leader.answers.map((answer) => 'value' in answer.outcome && Number(answer.outcome.value)),
    requests.map((_, at) => at + 1),
  );
});

test('a follower refuses a write and names the leader [C6]', () => {
  const cluster = threeReplicas();
  const follower = cluster.member(n2);
  const request = follower.send(connection(), 'set k v');
  cluster.advance(100);
  assert.deepEqual(follower.outcome(request), notLeader(n1));
  for (const node of cluster.members) assert.equal(node.state.log.lastIndex, 1);
});

test('a node without a leader refuses a write and names none [C6]', () => {
  const node = new ReplicaNode();
  const request = node.send(connection(), 'set k v');
  node.run();
  assert.deepEqual(node.outcome(request), notLeader(null));
  assert.equal(node.state.log.lastIndex, 0);
});

test('a write of a leader that loses its quorum is uncertain rather than refused [E10]', () => {
  const cluster = threeReplicas();
  const old = cluster.leader;
  cluster.isolate(n1);
  const request = old.send(connection(), 'set k v');
  cluster.advance(1000);
  assert.notEqual(old.state.role, 'leader');
  assert.equal(old.outcome(request)?.type, 'uncertain');
});

test('a leader that sees a higher term answers its writes as uncertain at once [C6]', () => {
  const cluster = threeReplicas();
  cluster.isolate(n1);
  const request = cluster.member(n1).send(connection(), 'set k v');
  cluster.elect(n2);
  cluster.heal();
  cluster.advance(50);
  assert.deepEqual(cluster.member(n1).outcome(request), {
    type: 'uncertain',
    reason: 'leadership lost while committing log',
  });
});

test('a write without a quorum is uncertain after the timeout [E10]', () => {
  const cluster = threeReplicas({ checkQuorum: false, requestTimeoutMs: 2000 });
  cluster.isolate(n1);
  const old = cluster.member(n1);
  const request = old.send(connection(), 'set k v');
  cluster.advance(1990);
  assert.equal(old.outcome(request), undefined);
  cluster.advance(10);
  assert.deepEqual(old.outcome(request), {
    type: 'uncertain',
    reason: 'no quorum answered in time',
  });
});

test('each write expires at its own deadline', () => {
  const cluster = threeReplicas({ checkQuorum: false, requestTimeoutMs: 2000 });
  cluster.isolate(n1);
  const old = cluster.member(n1);
  const early = old.send(connection(), 'set k v');
  cluster.advance(1000);
  const late = old.send(connection(), 'set k v');
  cluster.advance(1000);
  assert.equal(old.outcome(early)?.type, 'uncertain');
  assert.equal(old.outcome(late), undefined);
  cluster.advance(1000);
  assert.equal(old.outcome(late)?.type, 'uncertain');
});

test('a write that is committed after an uncertain answer is applied and not answered again', () => {
  const cluster = threeReplicas({ checkQuorum: false, requestTimeoutMs: 200 });
  cluster.isolate(n2, n3);
  cluster.cut(n2, n3);
  const { leader } = cluster;
  const request = leader.send(connection(), 'incr n');
  cluster.collect();
  const held = ofType(cluster.network, 'AppendEntries');
  cluster.advance(200);
  assert.equal(leader.outcome(request)?.type, 'uncertain');
  cluster.heal();
  cluster.network.push(...held);
  cluster.advance(1000);
  assert.equal(leader.outcome(request)?.type, 'uncertain');
  for (const node of cluster.members) assert.equal(node.value('n'), '1');
});

test('an uncertain write that the next leader commits is applied once [C5]', () => {
  const cluster = threeReplicas();
  const old = cluster.leader;
  const request = old.send(connection(), 'incr n');
  cluster.collect();
  cluster.deliver();
  cluster.drop();
  cluster.isolate(n1);
  cluster.advance(3000);
  cluster.heal();
  cluster.advance(1000);
  assert.equal(old.outcome(request)?.type, 'uncertain');
  for (const node of cluster.members) assert.equal(node.value('n'), '1');
});

test('uncommitted writes of a leader that was cut off vanish from its log and state [R10]', () => {
  const cluster = threeReplicas();
  const old = cluster.leader;
  cluster.isolate(n1);
  const requests = Array.from({ length: 20 }, (_, at) => old.send(connection(), `set k lost${at}`));
  cluster.advance(3000);
  const kept = cluster.leader.send(connection(), 'set k kept');
  cluster.settle();
  assert.deepEqual(cluster.leader.outcome(kept), ok);
  cluster.heal();
  cluster.advance(1000);
  for (const request of requests) assert.equal(old.outcome(request)?.type, 'uncertain');
  for (const node of cluster.members) {
    assert.equal(node.value('k'), 'kept');
    assert.ok(node.store.state.entries.every((entry) => !entry.data.includes('lost')));
  }
});

test('an entry of another leader at the same index answers no request [C6]', () => {
  const cluster = threeReplicas();
  const old = cluster.leader;
  cluster.isolate(n1);
  const lost = old.send(connection(), 'set k lost');
  const index = old.state.log.lastIndex;
  cluster.elect(n2);
  cluster.heal();
  cluster.advance(100);
  assert.notEqual(old.state.log.entryAt(index)?.data.includes('lost'), true);
  assert.equal(old.outcome(lost)?.type, 'uncertain');
});

test('replies are computed when entries are applied, not when they are proposed [C7]', () => {
  const cluster = threeReplicas();
  const { leader } = cluster;
  const client = connection();
  const requests = ['incr n', 'incr n', 'set n 7 get', 'set n 8 nx', 'append n 0', 'incr n'].map(
    (line) => leader.send(client, line),
  );
  cluster.settle();
  assert.deepEqual(
    requests.map((request) => leader.outcome(request)),
    [
      { type: 'integer', value: 1n },
      { type: 'integer', value: 2n },
      { type: 'bulk', bytes: '2' },
      { type: 'null' },
      { type: 'integer', value: 2 },
      { type: 'integer', value: 71n },
    ],
  );
});

test('a write with wrong arguments is answered at once and not logged', () => {
  const node = oneReplica();
  const before = node.state.log.lastIndex;
  const request = node.send(connection(), 'set k v nonsense');
  node.run();
  assert.deepEqual(node.outcome(request), { type: 'error', text: 'ERR syntax error' });
  assert.equal(node.state.log.lastIndex, before);
});

test('with full memory writes that grow it are refused and others are not', () => {
  const node = oneReplica({ maxMemoryBytes: 500 });
  const client = connection();
  node.send(client, `set a ${'x'.repeat(500)}`);
  node.run();
  const refused = ['set b v', 'append a x', 'incr n', 'mset b 1'].map((line) =>
    node.send(client, line),
  );
  const read = node.send(client, 'strlen a');
  node.run();
  for (const request of refused) assert.deepEqual(node.outcome(request), { type: 'outOfMemory' });
  assert.deepEqual(node.outcome(read), { type: 'integer', value: 500 });
  const removal = node.send(client, 'del a');
  node.run();
  assert.deepEqual(node.outcome(removal), { type: 'integer', value: 1 });
  const again = node.send(client, 'set b v');
  node.run();
  assert.deepEqual(node.outcome(again), ok);
});

test('a leader without a quorum accepts a bounded backlog and answers overloaded beyond it', () => {
  const cluster = threeReplicas({ uncommittedBytesMax: 2000, checkQuorum: false });
  cluster.isolate(n1);
  const old = cluster.member(n1);
  const requests = Array.from({ length: 100 }, () => old.send(connection(), 'set key value'));
  cluster.settle();
  const refused = requests.filter((request) => old.outcome(request)?.type === 'overloaded');
  assert.ok(refused.length > 10 && refused.length < 90);
  assert.deepEqual(refused, requests.slice(-refused.length));
  cluster.heal();
  cluster.advance(200);
  const proposed = requests.slice(0, -refused.length);
  for (const request of proposed) assert.deepEqual(old.outcome(request), ok);
});

test('a long backlog is applied in slices, each of which requests another turn', () => {
  const node = oneReplica({ applyEntriesMax: 10 });
  const client = connection();
  for (let at = 0; at < 25; at += 1) node.send(client, 'incr n');
  const { persist } = node.replica.takeEffects();
  assert.equal(persist?.entries.length, 25);
  node.replica.handle({ type: 'persisted' });
  const turns: [answers: number, hasMore: boolean][] = [];
  for (let turn = 0; turn < 3; turn += 1) {
    const { answers, hasMore } = node.replica.takeEffects();
    turns.push([answers.length, hasMore]);
  }
  assert.deepEqual(turns, [
    [10, true],
    [10, true],
    [5, false],
  ]);
});

test('a restarted node recomputes its state from the log', () => {
  const cluster = threeReplicas();
  for (const line of ['set a 1', 'incr a', 'append a x', 'set b 2', 'del b']) {
    cluster.leader.send(connection(), line);
  }
  cluster.settle();
  cluster.member(n2).restart();
  assert.equal(cluster.member(n2).value('a'), undefined);
  cluster.advance(1500);
  assert.equal(cluster.member(n2).value('a'), '2x');
  assert.equal(cluster.member(n2).value('b'), undefined);
});

test('an entry that cannot be decoded stops the node instead of being skipped', () => {
  const node = new ReplicaNode({ voters: [n1], log: [1] });
  node.setClock(600);
  node.tick();
  assert.throws(() => node.run(), { code: 'LETO_ASSERTION' });
});

test('with fast failover a lost connection to the leader counts as an election timeout', () => {
  const cluster = threeReplicas({ fastFailover: true });
  cluster.isolate(n1);
  for (const id of [n2, n3]) cluster.member(id).replica.handle({ type: 'peerLost', peer: n1 });
  cluster.advance(150);
  assert.ok(cluster.inRole('leader').some(({ id }) => id !== n1));
});
