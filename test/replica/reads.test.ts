/** Tests linearizable, lease and local reads (6.4) on whole clusters. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message } from '../../src/raft/index.js';
import type { Cluster } from '../raft/cluster.js';
import { ofType, theOnly } from '../raft/messages.js';
import { n1, n2, n3 } from '../raft/node.js';
import {
  bulk,
  connection,
  missing,
  notLeader,
  ok,
  oneReplica,
  ReplicaNode,
  threeReplicas,
} from './replica-node.js';

/** Delivers messages until the leader's answer to a follower's ReadIndex is in flight. */
function untilAnswer(cluster: Cluster<ReplicaNode>): Message {
  cluster.collect();
  for (let hop = 0; hop < 3; hop += 1) cluster.deliver();
  return theOnly(cluster.network, 'ReadIndexReply');
}

test('a read at the leader sees every write that was answered before it (6.4)', () => {
  const cluster = threeReplicas();
  for (const value of ['1', '2', '3']) {
    cluster.leader.send(connection(), `set k ${value}`);
    cluster.settle();
    const read = cluster.leader.send(connection(), 'get k');
    cluster.settle();
    assert.deepEqual(cluster.leader.outcome(read), bulk(value));
  }
});

test('a read at a follower sees every write that was answered before it (6.4) [C4]', () => {
  const cluster = threeReplicas();
  for (const value of ['1', '2', '3']) {
    cluster.leader.send(connection(), `set k ${value}`);
    cluster.settle();
    const reads = [n2, n3].map((id) => ({
      id,
      read: cluster.member(id).send(connection(), 'get k'),
    }));
    cluster.settle();
    for (const { id, read } of reads) {
      assert.deepEqual(cluster.member(id).outcome(read), bulk(value));
    }
  }
});

test('a follower answers a read only after it has applied the read index (6.4) [C4]', () => {
  const cluster = threeReplicas();
  cluster.cut(n1, n2);
  cluster.leader.send(connection(), 'set k v');
  cluster.settle();
  cluster.heal();
  const follower = cluster.member(n2);
  const read = follower.send(connection(), 'get k');
  cluster.collect();
  cluster.deliver();
  cluster.deliver(({ to }) => to !== n2);
  cluster.deliver(({ type, to }) => type === 'ReadIndexReply' || to !== n2);
  assert.equal(follower.outcome(read), undefined);
  cluster.advance(100);
  assert.deepEqual(follower.outcome(read), bulk('v'));
});

test('a read and the commit that it waits for may arrive in one batch (6.4) [C4]', () => {
  const cluster = threeReplicas();
  cluster.leader.send(connection(), 'set k old');
  cluster.advance(100);
  const follower = cluster.member(n2);
  cluster.leader.send(connection(), 'set k new');
  cluster.settle();
  assert.equal(follower.value('k'), 'old', 'it holds the entry, and has not heard of the commit');
  const read = follower.send(connection(), 'get k');
  cluster.collect();
  cluster.pause(n2);
  cluster.settle();
  cluster.resume(n2);
  assert.equal(theOnly(cluster.network, 'ReadIndexReply').index, 3);
  assert.ok(
    ofType(cluster.network, 'AppendEntries').some(({ leaderCommit }) => leaderCommit === 3),
  );
  cluster.deliver();
  assert.deepEqual(follower.outcome(read), bulk('new'));
});

test('a read sees the writes that its own connection sent before it [C9]', () => {
  const cluster = threeReplicas();
  const { leader } = cluster;
  for (const mode of ['linearizable', 'lease', 'local'] as const) {
    const client = connection(mode);
    const write = leader.send(client, `set k ${mode}`);
    const read = leader.send(client, 'get k');
    cluster.settle();
    assert.deepEqual(leader.outcome(write), ok);
    assert.deepEqual(leader.outcome(read), bulk(mode), mode);
  }
});

test('a read sees the earlier write of its connection when both come in one batch [C9]', () => {
  const node = oneReplica();
  const client = connection();
  node.send(client, 'set k v');
  const { persist } = node.replica.takeEffects();
  assert.ok(persist);
  node.replica.handle({ type: 'persisted' });
  const read = node.send(client, 'get k');
  const { answers } = node.replica.takeEffects();
  assert.deepEqual(answers.find((answer) => answer.request === read)?.outcome, bulk('v'));
});

test('a write that was lost with an earlier leadership does not block reads', () => {
  for (const mode of ['linearizable', 'local'] as const) {
    const cluster = threeReplicas();
    const old = cluster.leader;
    const client = connection(mode);
    cluster.isolate(n1);
    for (let at = 0; at < 20; at += 1) old.send(client, 'set k lost');
    cluster.advance(3000);
    cluster.heal();
    cluster.advance(1000);
    assert.ok(client.lastWriteIndex > old.state.log.lastIndex);
    const read = old.send(client, 'get k');
    cluster.settle();
    assert.deepEqual(old.outcome(read), missing);
  }
});

test('a lost ReadIndex is sent again (6.4)', () => {
  const cluster = threeReplicas();
  const follower = cluster.member(n2);
  const read = follower.send(connection(), 'get k');
  cluster.collect();
  assert.equal(ofType(cluster.network, 'ReadIndex').length, 1);
  cluster.drop();
  cluster.advance(90);
  assert.equal(follower.outcome(read), undefined);
  cluster.advance(20);
  assert.deepEqual(follower.outcome(read), missing);
});

test('a ReadIndex whose answer is lost is sent again (6.4)', () => {
  const cluster = threeReplicas();
  const follower = cluster.member(n2);
  const read = follower.send(connection(), 'get k');
  untilAnswer(cluster);
  cluster.drop();
  cluster.advance(110);
  assert.deepEqual(follower.outcome(read), missing);
});

test('a read whose ReadIndex is sent and answered twice is answered once (6.4)', () => {
  const cluster = threeReplicas();
  const follower = cluster.member(n2);
  const read = follower.send(connection(), 'get k');
  cluster.pause(n1);
  cluster.advance(250);
  assert.ok(ofType(cluster.network, 'ReadIndex').length >= 2);
  cluster.resume(n1);
  cluster.settle();
  cluster.advance(200);
  assert.deepEqual(follower.outcome(read), missing);
});

test('a follower without a leader refuses reads without naming one (6.4) [C4]', () => {
  const cluster = threeReplicas();
  cluster.isolate(n2);
  const follower = cluster.member(n2);
  const read = follower.send(connection(), 'get k');
  cluster.advance(1000);
  assert.deepEqual(follower.outcome(read), notLeader(null));
});

test('a deposed leader that is cut off never answers a read with a value (6.4) [C1]', () => {
  for (const mode of ['linearizable', 'lease'] as const) {
    const cluster = threeReplicas();
    const old = cluster.leader;
    old.send(connection(), 'set k old');
    cluster.settle();
    cluster.isolate(n1);
    cluster.advance(2000);
    cluster.leader.send(connection(), 'set k new');
    cluster.settle();
    const read = old.send(connection(mode), 'get k');
    cluster.advance(1000);
    assert.deepEqual(old.outcome(read), notLeader(null));
  }
});

test('a leader that was paused does not answer reads with stale values (6.4) [C2]', () => {
  for (const mode of ['linearizable', 'lease'] as const) {
    const cluster = threeReplicas();
    const old = cluster.leader;
    old.send(connection(), 'set k old');
    cluster.settle();
    const before = old.send(connection(mode), 'get k');
    cluster.pause(n1);
    cluster.advance(3000);
    cluster.leader.send(connection(), 'set k new');
    cluster.settle();
    cluster.resume(n1);
    const after = old.send(connection(mode), 'get k');
    cluster.advance(500);
    for (const read of [before, after]) {
      const outcome = old.outcome(read);
      assert.ok(outcome && outcome.type !== 'bulk', `a read of the past: ${outcome?.type}`);
    }
  }
});

test('an answer from before a change of leaders does not serve a later read (6.4) [C3]', () => {
  const cluster = threeReplicas();
  const follower = cluster.member(n2);
  const read = follower.send(connection(), 'get k');
  const late = untilAnswer(cluster);
  cluster.drop();
  cluster.isolate(n1);
  cluster.elect(n3);
  cluster.leader.send(connection(), 'set k new');
  cluster.settle();
  cluster.network.push(late);
  cluster.advance(200);
  assert.deepEqual(follower.outcome(read), bulk('new'));
});

test('a node that is elected while its ReadIndex is pending asks itself (6.4)', () => {
  const cluster = threeReplicas();
  const node = cluster.member(n2);
  cluster.isolate(n1);
  cluster.nowMs += 600;
  for (const member of cluster.members) member.setClock(cluster.nowMs);
  const read = node.send(connection(), 'get k');
  cluster.settle();
  node.tick();
  cluster.settle();
  assert.equal(node.state.role, 'leader');
  cluster.advance(10);
  assert.deepEqual(node.outcome(read), missing);
});

test('an answer to a ReadIndex of an earlier life is ignored (6.4) [C2]', () => {
  const cluster = threeReplicas();
  const follower = cluster.member(n2);
  follower.send(connection(), 'get k');
  const late = untilAnswer(cluster);
  cluster.drop();
  follower.restart();
  cluster.advance(100);
  cluster.cutBothWays(n1, n2);
  cluster.leader.send(connection(), 'set k new');
  cluster.settle();
  const read = follower.send(connection(), 'get k');
  follower.run();
  follower.step(late);
  follower.run();
  assert.equal(follower.outcome(read), undefined);
});

test('a leader whose follower restarted serves no stale read by its lease (6.4.1) [C1]', () => {
  const cluster = threeReplicas();
  const third = cluster.member(n3);
  cluster.isolate(n3);
  cluster.advance(600);
  while (third.state.electionDeadlineMs - cluster.nowMs > 20) cluster.advance(10);
  cluster.heal();
  cluster.isolate(n1);
  cluster.member(n2).restart();
  cluster.advance(40);
  const read = cluster.member(n1).send(connection('lease'), 'get k');
  cluster.settle();
  assert.deepEqual(cluster.member(n1).outcome(read), missing, 'its lease still runs');
  const leaders = cluster.inRole('leader').map(({ id }) => id);
  assert.deepEqual(leaders, [n1], 'no other node may lead');
});

test('a leader with too many pending reads answers overloaded and does not name itself', () => {
  const cluster = threeReplicas({ readsWaitingMax: 2 });
  cluster.isolate(n1);
  const reads = [1, 2, 3, 4].map(() => {
    const read = cluster.leader.send(connection(), 'get k');
    cluster.collect();
    return read;
  });
  const last = reads.at(-1);
  assert.ok(last);
  assert.deepEqual(cluster.leader.outcome(last), { type: 'overloaded' });
});

test('a leader without a quorum refuses a read after the timeout', () => {
  const cluster = threeReplicas({ checkQuorum: false, requestTimeoutMs: 2000 });
  const old = cluster.leader;
  cluster.isolate(n1);
  const read = old.send(connection(), 'get k');
  cluster.advance(1990);
  assert.equal(old.outcome(read), undefined);
  cluster.advance(20);
  assert.deepEqual(old.outcome(read), notLeader(null));
});

test('a read that timed out is not answered again once the leader is reachable', () => {
  const cluster = threeReplicas({ checkQuorum: false, requestTimeoutMs: 200 });
  const old = cluster.leader;
  cluster.isolate(n1);
  const read = old.send(connection(), 'get k');
  cluster.advance(250);
  cluster.heal();
  cluster.advance(1000);
  assert.deepEqual(old.outcome(read), notLeader(null));
});

test('a local read needs no other node and may be stale (6.4) [C4]', () => {
  const cluster = threeReplicas();
  cluster.leader.send(connection(), 'set k old');
  cluster.advance(100);
  cluster.isolate(n2);
  cluster.leader.send(connection(), 'set k new');
  cluster.advance(1000);
  const follower = cluster.member(n2);
  const read = follower.send(connection('local'), 'get k');
  assert.deepEqual(ofType(follower.run(), 'ReadIndex'), []);
  assert.deepEqual(follower.outcome(read), bulk('old'));
});

test('a leader with a lease answers reads without a round (6.4.1)', () => {
  const cluster = threeReplicas();
  const { leader } = cluster;
  const read = leader.send(connection('lease'), 'get k');
  assert.deepEqual(leader.run(), []);
  assert.deepEqual(leader.outcome(read), missing);
});

test('a leader without a lease or without CheckQuorum needs a round (6.4.1)', () => {
  for (const checkQuorum of [true, false]) {
    const cluster = threeReplicas({ checkQuorum });
    const { leader } = cluster;
    if (checkQuorum) leader.setClock(cluster.nowMs + 300);
    const read = leader.send(connection('lease'), 'get k');
    assert.equal(ofType(leader.run(), 'AppendEntries').length, 2);
    assert.equal(leader.outcome(read), undefined);
  }
});

test('a follower can read by the lease of its leader (6.4.1) [C4]', () => {
  const cluster = threeReplicas();
  cluster.leader.send(connection(), 'set k v');
  cluster.settle();
  const follower = cluster.member(n2);
  const read = follower.send(connection('lease'), 'get k');
  cluster.advance(100);
  assert.deepEqual(follower.outcome(read), bulk('v'));
});

test('reads of one batch share one ReadIndex (6.4)', () => {
  const cluster = threeReplicas();
  const follower = cluster.member(n2);
  for (let at = 0; at < 100; at += 1) follower.send(connection(), 'get k');
  for (let at = 0; at < 100; at += 1) follower.send(connection('lease'), 'get k');
  const questions = ofType(follower.run(), 'ReadIndex');
  assert.deepEqual(
    questions.map(({ proof }) => proof),
    ['round', 'lease'],
  );
});

test('a node that has just started refuses reads because it knows no leader', () => {
  const node = new ReplicaNode();
  const read = node.send(connection(), 'get k');
  node.run();
  assert.deepEqual(node.outcome(read), notLeader(null));
});
