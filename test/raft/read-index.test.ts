/** Linearizable reads by heartbeat rounds (6.4) and by lease (6.4.1). */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Cluster, clusterOf } from './cluster.js';
import {
  appendEntries,
  appendEntriesReply,
  ofType,
  readIndex,
  readIndexReply,
} from './messages.js';
import { makeLeader, Node, type NodeSetup, n1, n2, n3, n4 } from './node.js';

/** Returns n1 as the leader of term 1, with its no-op committed in round 1. */
function leader(setup: NodeSetup = {}): Node {
  const node = new Node(setup);
  makeLeader(node);
  node.step(appendEntriesReply(n2, n1, 1, { match: 1 }));
  node.run();
  assert.equal(node.state.commitIndex, 1);
  return node;
}

function ledByN1(): Cluster {
  const cluster = clusterOf(3);
  cluster.elect(n1);
  cluster.advance(100);
  return cluster;
}

test('a read waits for a round that began after it, and is answered at commitIndex (6.4)', () => {
  const node = leader();
  node.raft.requestRead(7, 'round');
  const round = ofType(node.run(), 'AppendEntries')[0]?.round;
  assert.equal(round, 2, 'it starts a round of its own, before the next heartbeat');
  assert.deepEqual(node.readResults, []);
  node.step(appendEntriesReply(n2, n1, 1, { round: 1, match: 1 }));
  node.run();
  assert.deepEqual(node.readResults, [], 'round 1 began before the read');
  node.step(appendEntriesReply(n2, n1, 1, { round: 2, match: 1 }));
  node.run();
  assert.deepEqual(node.readResults, [{ readId: 7, index: 1 }]);
});

test('a read is answered at what was committed when its round began (6.4)', () => {
  const node = leader();
  node.raft.propose('later');
  node.raft.requestRead(7, 'round');
  node.run();
  node.step(appendEntriesReply(n2, n1, 1, { round: 2, match: 2 }));
  node.run();
  assert.equal(node.state.commitIndex, 2);
  assert.deepEqual(node.readResults, [{ readId: 7, index: 1 }]);
});

test('a read index may be ahead of lastApplied, and the read must wait for it (6.4)', () => {
  const node = leader({ options: { applyEntriesMax: 1 } });
  for (const data of ['a', 'b', 'c']) node.raft.propose(data);
  node.run();
  node.step(appendEntriesReply(n2, n1, 1, { match: 4 }));
  node.raft.requestRead(7, 'round');
  node.take();
  assert.equal(node.state.lastApplied, 2);
  node.step(appendEntriesReply(n2, n1, 1, { round: 2, match: 4 }));
  node.take();
  assert.deepEqual(node.readResults, [{ readId: 7, index: 4 }]);
});

test('a new leader serves no read before its no-op is committed (6.4 step 1) [R3]', () => {
  const node = new Node({ log: [1, 1] });
  makeLeader(node);
  node.raft.requestRead(7, 'round');
  node.wait(50);
  node.run();
  for (const peer of [n2, n3]) node.step(appendEntriesReply(peer, n1, 2, { round: 2, match: 2 }));
  node.run();
  assert.deepEqual(node.readResults, []);
  node.step(appendEntriesReply(n2, n1, 2, { round: 2, match: 3 }));
  node.run();
  node.step(appendEntriesReply(n2, n1, 2, { round: 3, match: 3 }));
  node.run();
  assert.deepEqual(node.readResults, [{ readId: 7, index: 3 }]);
});

test('one round serves all reads that came before it (6.4)', () => {
  const node = leader();
  for (const readId of [1, 2, 3]) node.raft.requestRead(readId, 'round');
  assert.equal(new Set(ofType(node.run(), 'AppendEntries').map(({ round }) => round)).size, 1);
  node.step(appendEntriesReply(n3, n1, 1, { round: 2, match: 1 }));
  node.run();
  assert.deepEqual(
    node.readResults.map(({ readId }) => readId),
    [1, 2, 3],
  );
});

test('a read that comes while a round is under way waits for the next (6.4) [C2]', () => {
  const node = leader();
  node.raft.requestRead(1, 'round');
  node.run();
  node.raft.requestRead(2, 'round');
  assert.deepEqual(node.run(), []);
  node.step(appendEntriesReply(n2, n1, 1, { round: 2, match: 1 }));
  node.run();
  assert.deepEqual(node.readResults, [{ readId: 1, index: 1 }]);
  node.step(appendEntriesReply(n2, n1, 1, { round: 3, match: 1 }));
  node.run();
  assert.deepEqual(node.readResults.at(-1), { readId: 2, index: 1 });
});

test('the next heartbeat makes up for a round whose messages are lost (6.4)', () => {
  const node = leader();
  node.raft.requestRead(1, 'round');
  node.run();
  node.wait(50);
  node.run();
  node.step(appendEntriesReply(n2, n1, 1, { round: 3, match: 1 }));
  node.run();
  assert.deepEqual(node.readResults, [{ readId: 1, index: 1 }]);
});

test('a single-node leader answers a read at once (6.4)', () => {
  const node = new Node({ voters: [n1] });
  makeLeader(node);
  node.raft.requestRead(1, 'round');
  node.take();
  assert.deepEqual(node.readResults, [{ readId: 1, index: 1 }]);
});

test('the reply of a learner proves no leadership (4.2.1)', () => {
  const node = leader({ learners: [n4] });
  node.raft.requestRead(1, 'round');
  node.run();
  node.step(appendEntriesReply(n4, n1, 1, { round: 2, match: 1 }));
  node.run();
  assert.deepEqual(node.readResults, []);
});

test('a deposed leader that is cut off serves no read (6.4) [C1]', () => {
  const cluster = ledByN1();
  cluster.isolate(n1);
  const old = cluster.member(n1);
  old.raft.requestRead(1, 'round');
  cluster.advance(3000);
  assert.notEqual(cluster.leader.id, n1);
  assert.deepEqual(old.readResults, [{ readId: 1, index: null }]);
});

test('a deposed leader that still believes that it leads serves no read (6.4) [C1]', () => {
  const cluster = clusterOf(3, { checkQuorum: false });
  cluster.elect(n1);
  cluster.advance(100);
  cluster.isolate(n1);
  const old = cluster.member(n1);
  old.raft.requestRead(1, 'round');
  old.raft.requestRead(2, 'lease');
  cluster.advance(20_000);
  assert.equal(old.state.role, 'leader');
  assert.deepEqual(old.readResults, []);
  cluster.heal();
  cluster.advance(1000);
  assert.deepEqual(old.readResults, [
    { readId: 1, index: null },
    { readId: 2, index: null },
  ]);
});

test('a leader that was paused for five timeouts gives no stale answer (6.4) [C2]', () => {
  for (const proof of ['round', 'lease'] as const) {
    const cluster = ledByN1();
    cluster.pause(n1);
    cluster.advance(3000);
    cluster.leader.raft.propose('new');
    cluster.advance(100);
    cluster.resume(n1);
    const old = cluster.member(n1);
    old.raft.requestRead(1, proof);
    cluster.settle();
    assert.deepEqual(old.readResults, [{ readId: 1, index: null }]);
  }
});

test('a follower asks its leader, and is told the index to wait for (6.4) [C4]', () => {
  const cluster = ledByN1();
  const follower = cluster.member(n2);
  follower.raft.requestRead(5, 'round');
  cluster.settle();
  assert.deepEqual(follower.readResults, [{ readId: 5, index: 1 }]);
  assert.equal(follower.state.commitIndex, 1, 'the round has told it');
});

test('a read on a node that knows no leader fails at once (6.4) [C4]', () => {
  const node = new Node();
  node.raft.requestRead(5, 'round');
  assert.deepEqual(node.run(), []);
  assert.deepEqual(node.readResults, [{ readId: 5, index: null }]);
});

test('a node that does not lead answers a ReadIndex with null (6.4) [C4]', () => {
  const node = new Node({ currentTerm: 1 });
  node.step(readIndex(n2, n1, 1, 5));
  assert.deepEqual(node.run(), [readIndexReply(n1, n2, 1, 5, null)]);
});

test('an index from before a change of leaders is dropped (6.4) [C3]', () => {
  const node = new Node({ log: [1] });
  node.step(appendEntries(n2, n1, 1, { prev: [1, 1] }));
  node.raft.requestRead(5, 'round');
  node.run();
  node.step(appendEntries(n3, n1, 2, { prev: [1, 1] }));
  node.step(readIndexReply(n2, n1, 1, 5, 1));
  node.run();
  assert.deepEqual(node.readResults, []);
});

test('a late reply to a round of an earlier leadership confirms nothing (6.4) [C3]', () => {
  const node = leader();
  for (let round = 2; round < 10; round += 1) {
    node.wait(50);
    node.run();
  }
  const late = appendEntriesReply(n2, n1, 1, { round: 9, match: 1 });
  node.wait(600);
  makeLeader(node);
  node.step(appendEntriesReply(n3, n1, 2, { round: 1, match: 2 }));
  node.raft.requestRead(1, 'round');
  node.run();
  node.step(late);
  node.run();
  assert.ok(node.readResults.every(({ index }) => index === null));
  assert.equal(node.state.leadership?.progress.get(n2)?.ackedRound, 0);
});

test('reads that wait are bounded; more are refused', () => {
  const node = new Node({ options: { readsWaitingMax: 3 } });
  makeLeader(node);
  for (let readId = 1; readId <= 5; readId += 1) node.raft.requestRead(readId, 'round');
  node.run();
  assert.deepEqual(node.readResults, [
    { readId: 4, index: null },
    { readId: 5, index: null },
  ]);
});

test('a leader without replies keeps a bounded number of rounds, and loses none of their reads', () => {
  const node = leader({ options: { checkQuorum: false } });
  for (let beat = 1; beat <= 500; beat += 1) {
    if (beat % 2 === 0) node.raft.requestRead(beat, 'round');
    node.wait(50);
    node.run();
  }
  assert.ok((node.state.leadership?.rounds.unconfirmed.length ?? 0) <= 64);
  const round = node.state.leadership?.rounds.latest ?? 0;
  node.step(appendEntriesReply(n2, n1, 1, { round, match: 1 }));
  node.run();
  assert.equal(node.readResults.length, 250);
});

test('within its lease a leader answers at once (6.4.1)', () => {
  const node = leader();
  node.setClock(node.state.nowMs + 239);
  node.raft.requestRead(1, 'lease');
  assert.deepEqual(node.run(), []);
  assert.deepEqual(node.readResults, [{ readId: 1, index: 1 }]);
});

test('after its lease has run out a leader needs a round (6.4.1)', () => {
  const node = leader();
  node.setClock(node.state.nowMs + 240);
  node.raft.requestRead(1, 'lease');
  assert.equal(ofType(node.run(), 'AppendEntries').length, 2);
  assert.deepEqual(node.readResults, []);
});

test('a lease counts from when its round began, not from the replies (6.4.1)', () => {
  const node = leader();
  node.wait(50);
  node.run();
  node.setClock(node.state.nowMs + 200);
  node.step(appendEntriesReply(n2, n1, 1, { round: 2, match: 1 }));
  node.run();
  node.setClock(node.state.nowMs + 41);
  node.raft.requestRead(1, 'lease');
  node.run();
  assert.deepEqual(node.readResults, []);
});

test('after time was disturbed there is no lease until a round that began later (6.4.1)', () => {
  const node = leader();
  node.wait(50);
  node.run();
  node.raft.timeDisturbed();
  node.step(appendEntriesReply(n2, n1, 1, { round: 2, match: 1 }));
  node.raft.requestRead(1, 'lease');
  assert.equal(ofType(node.run(), 'AppendEntries').length, 2, 'a round for the read');
  assert.deepEqual(node.readResults, []);
  node.step(appendEntriesReply(n2, n1, 1, { round: 3, match: 1 }));
  node.raft.requestRead(2, 'lease');
  node.run();
  assert.deepEqual(
    node.readResults.map(({ readId }) => readId),
    [1, 2],
  );
});

test('there is no lease without CheckQuorum, which keeps others from being elected (6.4.1)', () => {
  const node = leader({ options: { checkQuorum: false } });
  node.raft.requestRead(1, 'lease');
  node.run();
  assert.deepEqual(node.readResults, []);
});

test('a leader that steps down refuses also the reads that no round carries yet (6.4) [C1]', () => {
  const node = new Node({ log: [1] });
  makeLeader(node);
  node.raft.requestRead(1, 'round');
  node.run();
  node.step(appendEntries(n2, n1, 3));
  node.run();
  assert.deepEqual(node.readResults, [{ readId: 1, index: null }]);
});

test('there is no lease before the no-op is committed (6.4 step 1) [R3]', () => {
  const node = new Node({ log: [1] });
  makeLeader(node);
  node.raft.requestRead(1, 'lease');
  node.run();
  assert.deepEqual(node.readResults, []);
});

test('there is no lease before the no-op is committed, even if all before it is (6.4 step 1) [R3]', () => {
  const node = new Node({ log: [1] });
  node.step(appendEntries(n2, n1, 1, { prev: [1, 1], commit: 1 }));
  makeLeader(node);
  assert.equal(node.state.commitIndex, 1);
  node.raft.requestRead(1, 'lease');
  node.run();
  assert.deepEqual(node.readResults, []);
});

test('a follower may ask with the lease of its leader (6.4.1) [C4]', () => {
  const node = leader();
  node.step(readIndex(n2, n1, 1, 9, 'lease'));
  assert.deepEqual(node.run(), [readIndexReply(n1, n2, 1, 9, 1)]);
});

test('there is no lease where a broken connection is enough to campaign (6.4.1) [C1]', () => {
  const node = leader({ options: { fastFailover: true } });
  node.raft.requestRead(1, 'lease');
  node.run();
  assert.deepEqual(node.readResults, []);
});
