import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AdminCommand, AdminOutcome, NodeId } from '../../src/raft/index.js';
import type { Cluster } from '../raft/cluster.js';
import { appendEntries } from '../raft/messages.js';
import { n1, n2, n3, n4, n5 } from '../raft/node.js';
import {
  connection,
  join,
  notLeader,
  ok,
  oneReplica,
  ReplicaNode,
  threeReplicas,
} from './replica-node.js';

const done: AdminOutcome = { type: 'done' };

/** The leader is given an order, and all the time that it may take. */
function outcomeOf(cluster: Cluster<ReplicaNode>, order: AdminCommand): AdminOutcome | undefined {
  const { leader } = cluster;
  const request = leader.order(order);
  cluster.advance(leader.options.adminTimeoutMs);
  return leader.orderOutcome(request);
}

function votersOf(cluster: Cluster<ReplicaNode>): readonly NodeId[] {
  return cluster.leader.state.configuration.voters;
}

test('a new member is first a learner, and a voter when it has caught up (4.2.1) [M3]', () => {
  const cluster = threeReplicas();
  cluster.leader.send(connection(), 'set k v');
  join(cluster, n4);
  const request = cluster.leader.order({ type: 'addVoter', id: n4 });
  cluster.leader.run();
  assert.equal(cluster.leader.orderOutcome(request), undefined);
  cluster.advance(300);
  assert.deepEqual(cluster.leader.orderOutcome(request), done);
  const changes = cluster.leader.events.filter(({ type }) => type === 'configurationChanged');
  assert.deepEqual(changes, [
    { type: 'configurationChanged', index: 3, voters: [n1, n2, n3], learners: [n4] },
    { type: 'configurationChanged', index: 4, voters: [n1, n2, n3, n4], learners: [] },
  ]);
  assert.equal(cluster.member(n4).value('k'), 'v');
});

test('a learner is added, and promoted later (4.2.1)', () => {
  const cluster = threeReplicas();
  join(cluster, n4);
  assert.deepEqual(outcomeOf(cluster, { type: 'addLearner', id: n4 }), done);
  assert.deepEqual(cluster.leader.state.configuration.learners, [n4]);
  assert.deepEqual(outcomeOf(cluster, { type: 'promote', id: n4 }), done);
  assert.deepEqual(votersOf(cluster), [n1, n2, n3, n4]);
});

test('a member is removed (4.2)', () => {
  const cluster = threeReplicas();
  assert.deepEqual(outcomeOf(cluster, { type: 'remove', id: n3 }), done);
  assert.deepEqual(votersOf(cluster), [n1, n2]);
});

test('a leader that removes itself answers, though it leads no more (4.2.2) [M4]', () => {
  const cluster = threeReplicas();
  assert.deepEqual(outcomeOf(cluster, { type: 'remove', id: n1 }), done);
  assert.notEqual(cluster.leader.id, n1);
  assert.deepEqual(votersOf(cluster), [n2, n3]);
});

test('what is so already is done (M6)', () => {
  const cluster = threeReplicas();
  const { lastIndex } = cluster.leader.state.log;
  assert.deepEqual(outcomeOf(cluster, { type: 'addVoter', id: n2 }), done);
  assert.deepEqual(outcomeOf(cluster, { type: 'remove', id: n5 }), done);
  assert.deepEqual(outcomeOf(cluster, { type: 'transfer', target: n1 }), done);
  assert.equal(cluster.leader.state.log.lastIndex, lastIndex);
});

test('orders that come together are done one after the other (4.1) [M1]', () => {
  const cluster = threeReplicas();
  for (const id of [n4, n5]) join(cluster, id);
  const { leader } = cluster;
  const requests = [
    leader.order({ type: 'addVoter', id: n4 }),
    leader.order({ type: 'addVoter', id: n5 }),
    leader.order({ type: 'remove', id: n2 }),
  ];
  cluster.advance(2000);
  for (const request of requests) assert.deepEqual(leader.orderOutcome(request), done);
  assert.deepEqual([...votersOf(cluster)].sort(), [n1, n3, n4, n5]);
});

test('the last voter is not removed', () => {
  const node = oneReplica();
  const request = node.order({ type: 'remove', id: n1 });
  node.run();
  assert.deepEqual(node.orderOutcome(request), { type: 'refused', reason: 'lastVoter' });
});

test('a stranger is neither promoted nor handed over to', () => {
  const cluster = threeReplicas();
  const refused: AdminOutcome = { type: 'refused', reason: 'notMember' };
  assert.deepEqual(outcomeOf(cluster, { type: 'promote', id: n4 }), refused);
  assert.deepEqual(outcomeOf(cluster, { type: 'transfer', target: n4 }), refused);
});

test('a follower names the leader, whatever it is ordered but a snapshot', () => {
  const cluster = threeReplicas();
  const follower = cluster.member(n2);
  const orders: AdminCommand[] = [
    { type: 'transfer', target: n2 },
    { type: 'addVoter', id: n4 },
    { type: 'addLearner', id: n4 },
    { type: 'promote', id: n4 },
    { type: 'remove', id: n3 },
  ];
  for (const order of orders) {
    const request = follower.order(order);
    follower.run();
    assert.deepEqual(follower.orderOutcome(request), notLeader(n1), order.type);
  }
});

test('a node that knows no leader names none', () => {
  const node = new ReplicaNode();
  const request = node.order({ type: 'remove', id: n3 });
  node.run();
  assert.deepEqual(node.orderOutcome(request), notLeader(null));
});

test('a member that never catches up: the order times out, and it stays a learner (4.2.1) [M3]', () => {
  const cluster = threeReplicas();
  const request = cluster.leader.order({ type: 'addVoter', id: n4 });
  cluster.advance(9990);
  assert.equal(cluster.leader.orderOutcome(request), undefined);
  cluster.advance(10);
  assert.deepEqual(cluster.leader.orderOutcome(request), { type: 'timedOut' });
  assert.deepEqual(cluster.leader.state.configuration, { voters: [n1, n2, n3], learners: [n4] });
});

test('a change without a quorum times out, and may be done yet (4.1)', () => {
  const cluster = threeReplicas({ checkQuorum: false });
  cluster.isolate(n2, n3);
  const request = cluster.member(n1).order({ type: 'addLearner', id: n4 });
  cluster.advance(10_000);
  assert.deepEqual(cluster.member(n1).orderOutcome(request), { type: 'timedOut' });
});

test('a leader that is deposed in the middle of a change can not tell how it ends (4.1)', () => {
  const cluster = threeReplicas();
  const old = cluster.leader;
  cluster.isolate(n1);
  const request = old.order({ type: 'remove', id: n3 });
  cluster.advance(2000);
  assert.deepEqual(old.orderOutcome(request), notLeader(null));
});

test('another entry that is committed in its place is not the change (4.1)', () => {
  const cluster = threeReplicas({ checkQuorum: false });
  const old = cluster.leader;
  cluster.isolate(n1);
  const request = old.order({ type: 'remove', id: n3 });
  old.run();
  assert.equal(old.state.log.lastIndex, 2);
  cluster.elect(n2);
  assert.equal(cluster.leader.state.commitIndex, 2);
  const entry = cluster.leader.state.log.entryAt(cluster.leader.state.commitIndex);
  assert.ok(entry);
  // In one turn the old leader learns of the new one, of its entry, and that it is committed.
  const news = { prev: [1, 1], entries: [entry], commit: 2 } as const;
  old.step(appendEntries(n2, n1, entry.term, news));
  old.run();
  assert.deepEqual(old.orderOutcome(request), notLeader(n2));
  assert.deepEqual(old.state.configuration.voters, [n1, n2, n3]);
});

test('leadership is handed over, and the order is done when the target leads (3.10)', () => {
  const cluster = threeReplicas();
  const old = cluster.leader;
  const request = old.order({ type: 'transfer', target: n3 });
  cluster.collect();
  assert.equal(old.orderOutcome(request), undefined);
  cluster.advance(100);
  assert.deepEqual(old.orderOutcome(request), done);
  assert.equal(cluster.leader.id, n3);
});

test('a target that does not take over in time: the transfer has failed (3.10, step 3)', () => {
  const cluster = threeReplicas();
  cluster.isolate(n3);
  const request = cluster.leader.order({ type: 'transfer', target: n3 });
  cluster.advance(700);
  assert.deepEqual(cluster.leader.orderOutcome(request), { type: 'failed' });
  assert.equal(cluster.leader.id, n1);
});

test('so it has where another takes over than the one that was meant (3.10)', () => {
  const cluster = threeReplicas();
  const old = cluster.leader;
  cluster.cutBothWays(n1, n3);
  const request = old.order({ type: 'transfer', target: n3 });
  cluster.isolate(n1);
  cluster.elect(n2);
  cluster.heal();
  cluster.advance(200);
  assert.deepEqual(old.orderOutcome(request), { type: 'failed' });
});

test('while it hands over, a leader refuses writes and names the target (3.10, step 1)', () => {
  const cluster = threeReplicas();
  cluster.isolate(n3);
  const { leader } = cluster;
  leader.order({ type: 'transfer', target: n3 });
  leader.run();
  const refused = leader.send(connection(), 'set k v');
  leader.run();
  assert.deepEqual(leader.outcome(refused), notLeader(n3));
  cluster.advance(700);
  const taken = leader.send(connection(), 'set k v');
  cluster.settle();
  assert.deepEqual(leader.outcome(taken), ok, 'it failed, so all is as before');
});

test('the writes before are answered before leadership goes, and none is uncertain (3.10)', () => {
  const cluster = threeReplicas();
  const { leader } = cluster;
  const client = connection();
  const writes = Array.from({ length: 100 }, () => leader.send(client, 'incr n'));
  const request = leader.order({ type: 'transfer', target: n2 });
  cluster.advance(200);
  assert.deepEqual(leader.orderOutcome(request), done);
  for (const write of writes) assert.equal(leader.outcome(write)?.type, 'integer');
  assert.equal(cluster.leader.value('n'), '100');
});

test('more orders than there are operators are refused as too many', () => {
  const cluster = threeReplicas();
  const { leader } = cluster;
  cluster.isolate(n1);
  const requests = Array.from({ length: 65 }, () => leader.order({ type: 'remove', id: n3 }));
  leader.run();
  const outcomes = requests.map((request) => leader.orderOutcome(request));
  assert.deepEqual(outcomes.at(-1), { type: 'refused', reason: 'busy' });
  assert.ok(outcomes.slice(0, -1).every((outcome) => outcome === undefined));
});

test('a snapshot is taken on the node that is asked, leader or not (5)', () => {
  const cluster = threeReplicas();
  cluster.leader.send(connection(), 'set k v');
  cluster.advance(100);
  const follower = cluster.member(n2);
  const request = follower.order({ type: 'snapshot' });
  follower.run();
  assert.deepEqual(follower.orderOutcome(request), done);
  assert.equal(follower.store.state.snapshot.index, 2);
  assert.equal(cluster.leader.store.state.snapshot.index, 0);
});

test('where nothing is new there is nothing to snapshot (5) [S4]', () => {
  const node = oneReplica();
  node.order({ type: 'snapshot' });
  node.run();
  const again = node.order({ type: 'snapshot' });
  node.run();
  assert.deepEqual(node.orderOutcome(again), { type: 'nothingNew' });
});

test('a snapshot that is asked for while one is written holds what was applied then (5) [S4]', () => {
  const node = oneReplica({ snapshotChunkBytesMax: 10 });
  const client = connection();
  node.send(client, `set a ${'x'.repeat(100)}`);
  node.run();
  const first = node.order({ type: 'snapshot' });
  node.replica.takeEffects();
  const write = node.send(client, 'set b late');
  for (let turn = 0; turn < 3; turn += 1) node.turn();
  assert.deepEqual(node.outcome(write), ok);
  assert.equal(node.orderOutcome(first), undefined, 'it is being written');
  const second = node.order({ type: 'snapshot' });
  node.run();
  assert.deepEqual(node.orderOutcome(first), done);
  assert.deepEqual(node.orderOutcome(second), done);
  assert.equal(node.store.state.snapshot.index, write.client.lastWriteIndex);
});
