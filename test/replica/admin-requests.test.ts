/** Tests snapshots, transfers and membership changes that operators request. */

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

/** Gives the leader an admin command and all the time that it may take. */
function outcomeOf(cluster: Cluster<ReplicaNode>, command: AdminCommand): AdminOutcome | undefined {
  const { leader } = cluster;
  const request = leader.sendAdmin(command);
  cluster.advance(leader.options.adminTimeoutMs);
  return leader.adminOutcome(request);
}

function votersOf(cluster: Cluster<ReplicaNode>): readonly NodeId[] {
  return cluster.leader.state.configuration.voters;
}

test('a new member starts as a learner and becomes a voter once it has caught up (4.2.1) [M3]', () => {
  const cluster = threeReplicas();
  cluster.leader.send(connection(), 'set k v');
  join(cluster, n4);
  const request = cluster.leader.sendAdmin({ type: 'addVoter', id: n4 });
  cluster.leader.run();
  assert.equal(cluster.leader.adminOutcome(request), undefined);
  cluster.advance(300);
  assert.deepEqual(cluster.leader.adminOutcome(request), done);
  const changes = cluster.leader.events.filter(({ type }) => type === 'configurationChanged');
  assert.deepEqual(changes, [
    { type: 'configurationChanged', index: 3, voters: [n1, n2, n3], learners: [n4] },
    { type: 'configurationChanged', index: 4, voters: [n1, n2, n3, n4], learners: [] },
  ]);
  assert.equal(cluster.member(n4).value('k'), 'v');
});

test('a learner can be added and promoted later (4.2.1)', () => {
  const cluster = threeReplicas();
  join(cluster, n4);
  assert.deepEqual(outcomeOf(cluster, { type: 'addLearner', id: n4 }), done);
  assert.deepEqual(cluster.leader.state.configuration.learners, [n4]);
  assert.deepEqual(outcomeOf(cluster, { type: 'promote', id: n4 }), done);
  assert.deepEqual(votersOf(cluster), [n1, n2, n3, n4]);
});

test('a member can be removed (4.2)', () => {
  const cluster = threeReplicas();
  assert.deepEqual(outcomeOf(cluster, { type: 'remove', id: n3 }), done);
  assert.deepEqual(votersOf(cluster), [n1, n2]);
});

test('a leader that removes itself answers although it no longer leads (4.2.2) [M4]', () => {
  const cluster = threeReplicas();
  assert.deepEqual(outcomeOf(cluster, { type: 'remove', id: n1 }), done);
  assert.notEqual(cluster.leader.id, n1);
  assert.deepEqual(votersOf(cluster), [n2, n3]);
});

test('a change that is already in effect is answered as done (M6)', () => {
  const cluster = threeReplicas();
  const { lastIndex } = cluster.leader.state.log;
  assert.deepEqual(outcomeOf(cluster, { type: 'addVoter', id: n2 }), done);
  assert.deepEqual(outcomeOf(cluster, { type: 'remove', id: n5 }), done);
  assert.deepEqual(outcomeOf(cluster, { type: 'transfer', target: n1 }), done);
  assert.equal(cluster.leader.state.log.lastIndex, lastIndex);
});

test('admin commands that arrive together are done one after the other (4.1) [M1]', () => {
  const cluster = threeReplicas();
  for (const id of [n4, n5]) join(cluster, id);
  const { leader } = cluster;
  const requests = [
    leader.sendAdmin({ type: 'addVoter', id: n4 }),
    leader.sendAdmin({ type: 'addVoter', id: n5 }),
    leader.sendAdmin({ type: 'remove', id: n2 }),
  ];
  cluster.advance(2000);
  for (const request of requests) assert.deepEqual(leader.adminOutcome(request), done);
  assert.deepEqual([...votersOf(cluster)].sort(), [n1, n3, n4, n5]);
});

test('the last voter cannot be removed', () => {
  const node = oneReplica();
  const request = node.sendAdmin({ type: 'remove', id: n1 });
  node.run();
  assert.deepEqual(node.adminOutcome(request), { type: 'refused', reason: 'lastVoter' });
});

test('a node that is not a member can neither be promoted nor receive leadership', () => {
  const cluster = threeReplicas();
  const refused: AdminOutcome = { type: 'refused', reason: 'notMember' };
  assert.deepEqual(outcomeOf(cluster, { type: 'promote', id: n4 }), refused);
  assert.deepEqual(outcomeOf(cluster, { type: 'transfer', target: n4 }), refused);
});

test('a follower answers every admin command except snapshot by naming the leader', () => {
  const cluster = threeReplicas();
  const follower = cluster.member(n2);
  const commands: AdminCommand[] = [
    { type: 'transfer', target: n2 },
    { type: 'addVoter', id: n4 },
    { type: 'addLearner', id: n4 },
    { type: 'promote', id: n4 },
    { type: 'remove', id: n3 },
  ];
  for (const command of commands) {
    const request = follower.sendAdmin(command);
    follower.run();
    assert.deepEqual(follower.adminOutcome(request), notLeader(n1), command.type);
  }
});

test('a node that knows no leader answers without one', () => {
  const node = new ReplicaNode();
  const request = node.sendAdmin({ type: 'remove', id: n3 });
  node.run();
  assert.deepEqual(node.adminOutcome(request), notLeader(null));
});

test('when a new member never catches up the command times out and it stays a learner (4.2.1) [M3]', () => {
  const cluster = threeReplicas();
  const request = cluster.leader.sendAdmin({ type: 'addVoter', id: n4 });
  cluster.advance(9990);
  assert.equal(cluster.leader.adminOutcome(request), undefined);
  cluster.advance(10);
  assert.deepEqual(cluster.leader.adminOutcome(request), { type: 'timedOut' });
  assert.deepEqual(cluster.leader.state.configuration, { voters: [n1, n2, n3], learners: [n4] });
});

test('a change without a quorum times out, and may still take effect (4.1)', () => {
  const cluster = threeReplicas({ checkQuorum: false });
  cluster.isolate(n2, n3);
  const request = cluster.member(n1).sendAdmin({ type: 'addLearner', id: n4 });
  cluster.advance(10_000);
  assert.deepEqual(cluster.member(n1).adminOutcome(request), { type: 'timedOut' });
});

test('a leader that is deposed during a change cannot tell its outcome (4.1)', () => {
  const cluster = threeReplicas();
  const old = cluster.leader;
  cluster.isolate(n1);
  const request = old.sendAdmin({ type: 'remove', id: n3 });
  cluster.advance(2000);
  assert.deepEqual(old.adminOutcome(request), notLeader(null));
});

test('another entry that is committed at its index does not count as the change (4.1)', () => {
  const cluster = threeReplicas({ checkQuorum: false });
  const old = cluster.leader;
  cluster.isolate(n1);
  const request = old.sendAdmin({ type: 'remove', id: n3 });
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
  assert.deepEqual(old.adminOutcome(request), notLeader(n2));
  assert.deepEqual(old.state.configuration.voters, [n1, n2, n3]);
});

test('a transfer is answered as done once the target leads (3.10)', () => {
  const cluster = threeReplicas();
  const old = cluster.leader;
  const request = old.sendAdmin({ type: 'transfer', target: n3 });
  cluster.collect();
  assert.equal(old.adminOutcome(request), undefined);
  cluster.advance(100);
  assert.deepEqual(old.adminOutcome(request), done);
  assert.equal(cluster.leader.id, n3);
});

test('a transfer fails when the target does not take over in time (3.10, step 3)', () => {
  const cluster = threeReplicas();
  cluster.isolate(n3);
  const request = cluster.leader.sendAdmin({ type: 'transfer', target: n3 });
  cluster.advance(700);
  assert.deepEqual(cluster.leader.adminOutcome(request), { type: 'failed' });
  assert.equal(cluster.leader.id, n1);
});

test('a transfer fails when a node other than the target takes over (3.10)', () => {
  const cluster = threeReplicas();
  const old = cluster.leader;
  cluster.cutBothWays(n1, n3);
  const request = old.sendAdmin({ type: 'transfer', target: n3 });
  cluster.isolate(n1);
  cluster.elect(n2);
  cluster.heal();
  cluster.advance(200);
  assert.deepEqual(old.adminOutcome(request), { type: 'failed' });
});

test('during a transfer the leader refuses writes, and names nobody before there is a next leader (3.10, step 1)', () => {
  const cluster = threeReplicas();
  cluster.isolate(n3);
  const { leader } = cluster;
  leader.sendAdmin({ type: 'transfer', target: n3 });
  leader.run();
  const refused = leader.send(connection(), 'set k v');
  leader.run();
  assert.deepEqual(leader.outcome(refused), notLeader(null));
  cluster.advance(700);
  const taken = leader.send(connection(), 'set k v');
  cluster.settle();
  assert.deepEqual(leader.outcome(taken), ok, 'it failed, so all is as before');
});

test('writes sent before a transfer are answered before leadership moves, none as uncertain (3.10)', () => {
  const cluster = threeReplicas();
  const { leader } = cluster;
  const client = connection();
  const writes = Array.from({ length: 100 }, () => leader.send(client, 'incr n'));
  const request = leader.sendAdmin({ type: 'transfer', target: n2 });
  cluster.advance(200);
  assert.deepEqual(leader.adminOutcome(request), done);
  for (const write of writes) assert.equal(leader.outcome(write)?.type, 'integer');
  assert.equal(cluster.leader.value('n'), '100');
});

test('admin commands beyond the limit are refused as busy', () => {
  const cluster = threeReplicas();
  const { leader } = cluster;
  cluster.isolate(n1);
  const requests = Array.from({ length: 65 }, () => leader.sendAdmin({ type: 'remove', id: n3 }));
  leader.run();
  const outcomes = requests.map((request) => leader.adminOutcome(request));
  assert.deepEqual(outcomes.at(-1), { type: 'refused', reason: 'busy' });
  assert.ok(outcomes.slice(0, -1).every((outcome) => outcome === undefined));
});

test('a snapshot is taken on the node that gets the command, leader or not (5)', () => {
  const cluster = threeReplicas();
  cluster.leader.send(connection(), 'set k v');
  cluster.advance(100);
  const follower = cluster.member(n2);
  const request = follower.sendAdmin({ type: 'snapshot' });
  follower.run();
  assert.deepEqual(follower.adminOutcome(request), done);
  assert.equal(follower.store.state.snapshot.index, 2);
  assert.equal(cluster.leader.store.state.snapshot.index, 0);
});

test('a snapshot is refused when nothing was applied since the last one (5) [S4]', () => {
  const node = oneReplica();
  node.sendAdmin({ type: 'snapshot' });
  node.run();
  const again = node.sendAdmin({ type: 'snapshot' });
  node.run();
  assert.deepEqual(node.adminOutcome(again), { type: 'nothingNew' });
});

test('a snapshot command during another snapshot waits for one that covers what was applied (5) [S4]', () => {
  const node = oneReplica({ snapshotChunkBytesMax: 10 });
  const client = connection();
  node.send(client, `set a ${'x'.repeat(100)}`);
  node.run();
  const first = node.sendAdmin({ type: 'snapshot' });
  node.replica.takeEffects();
  const write = node.send(client, 'set b late');
  for (let turn = 0; turn < 3; turn += 1) node.turn();
  assert.deepEqual(node.outcome(write), ok);
  assert.equal(node.adminOutcome(first), undefined, 'it is being written');
  const second = node.sendAdmin({ type: 'snapshot' });
  node.run();
  assert.deepEqual(node.adminOutcome(first), done);
  assert.deepEqual(node.adminOutcome(second), done);
  assert.equal(node.store.state.snapshot.index, write.client.lastWriteIndex);
});
