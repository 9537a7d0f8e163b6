/** The addresses of members that a leader is told and logs (4.1). */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type NodeId, nodeId } from '../../src/raft/index.js';
import { Cluster } from '../raft/cluster.js';
import { n1, n2, n3, n4 } from '../raft/node.js';
import { ReplicaNode, threeReplicas } from './replica-node.js';

const addresses = { n1: 'a:1', n2: 'a:2', n3: 'a:3' };

/** Three members with addresses; n1 leads, and its no-op is committed everywhere. */
function threeAtAddresses(): Cluster<ReplicaNode> {
  const voters = [n1, n2, n3];
  const cluster = new Cluster(voters.map((id) => new ReplicaNode({ id, voters, addresses })));
  cluster.elect(n1);
  cluster.advance(100);
  return cluster;
}

function tell(node: ReplicaNode, about: NodeId, address: string | null): void {
  node.replica.handle({ type: 'nodeAddress', node: about, address });
}

function addressesOf(node: ReplicaNode) {
  return node.state.configuration.addresses;
}

test('a leader logs the address that a member tells, and every node keeps it (4.1)', () => {
  const cluster = threeAtAddresses();
  tell(cluster.leader, n3, 'b:3');
  cluster.advance(200);
  for (const node of cluster.members) {
    assert.deepEqual(addressesOf(node), { ...addresses, n3: 'b:3' });
    assert.deepEqual(node.state.configuration.voters, [n1, n2, n3]);
    node.restart();
    assert.deepEqual(addressesOf(node), { ...addresses, n3: 'b:3' }, 'after a restart too');
  }
});

test('a leader logs an address once, and none that the configuration has', () => {
  const cluster = threeAtAddresses();
  const { lastIndex } = cluster.leader.state.log;
  for (const [id, address] of Object.entries(addresses)) tell(cluster.leader, nodeId(id), address);
  cluster.advance(200);
  assert.equal(cluster.leader.state.log.lastIndex, lastIndex);
  for (let times = 0; times < 3; times += 1) {
    tell(cluster.leader, n3, 'b:3');
    cluster.advance(200);
  }
  assert.equal(cluster.leader.state.log.lastIndex, lastIndex + 1);
});

test('a follower logs nothing; once it leads it logs what it was told, its own address too', () => {
  const cluster = threeAtAddresses();
  const follower = cluster.member(n2);
  tell(follower, n2, 'b:2');
  tell(follower, n3, 'b:3');
  cluster.advance(200);
  assert.deepEqual(addressesOf(follower), addresses);
  cluster.elect(n2);
  cluster.advance(200);
  assert.deepEqual(addressesOf(cluster.member(n1)), { n1: 'a:1', n2: 'b:2', n3: 'b:3' });
});

test('a new address waits until the change before it is committed (4.1)', () => {
  const cluster = threeAtAddresses();
  const { leader } = cluster;
  cluster.isolate(n1);
  tell(leader, n3, 'b:3');
  leader.run();
  const { lastIndex } = leader.state.log;
  tell(leader, n3, 'c:3');
  leader.run();
  assert.equal(leader.state.log.lastIndex, lastIndex);
  cluster.heal();
  cluster.advance(200);
  assert.deepEqual(addressesOf(cluster.member(n2)), { ...addresses, n3: 'c:3' });
});

test('a new leader logs no address before its no-op is committed (4.1, erratum)', () => {
  const cluster = threeAtAddresses();
  const next = cluster.member(n2);
  cluster.isolate(n2);
  tell(next, n3, 'b:3');
  cluster.advance(2000);
  assert.deepEqual(addressesOf(next), addresses);
});

test('what a peer told is forgotten when its connection ends', () => {
  const cluster = threeAtAddresses();
  const follower = cluster.member(n2);
  tell(follower, n3, 'b:3');
  tell(follower, n3, null);
  tell(cluster.leader, n3, 'c:3');
  cluster.advance(200);
  cluster.elect(n2);
  cluster.advance(200);
  assert.deepEqual(addressesOf(cluster.leader), { ...addresses, n3: 'c:3' });
});

test('two members that swap their addresses move together', () => {
  const cluster = threeAtAddresses();
  tell(cluster.leader, n2, 'a:3');
  cluster.advance(200);
  assert.deepEqual(addressesOf(cluster.leader), addresses, 'n3 has it');
  tell(cluster.leader, n3, 'a:2');
  cluster.advance(200);
  assert.deepEqual(addressesOf(cluster.leader), { n1: 'a:1', n2: 'a:3', n3: 'a:2' });
});

test('the mistaken address of one member does not keep the others back', () => {
  const cluster = threeAtAddresses();
  tell(cluster.leader, n2, 'a:1');
  tell(cluster.leader, n3, 'b:3');
  tell(cluster.leader, n4, 'b:4');
  cluster.advance(200);
  assert.deepEqual(addressesOf(cluster.leader), { ...addresses, n3: 'b:3' }, 'n4 is no member');
});

test('a cluster whose nodes a supervisor connects logs no addresses', () => {
  const cluster = threeReplicas();
  const { lastIndex } = cluster.leader.state.log;
  tell(cluster.leader, n3, 'b:3');
  cluster.advance(200);
  assert.equal(cluster.leader.state.log.lastIndex, lastIndex);
});
