/** What a leader sends to each peer: probes, streaming and its window, lost and late replies (3.5). */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Prng } from '../../src/base/prng.js';
import type { AppendEntries, NodeId, Progress } from '../../src/raft/index.js';
import { clusterOf } from './cluster.js';
import { appendEntries, appendEntriesReply, ofType, rejection } from './messages.js';
import { makeLeader, Node, type NodeSetup, n1, n2, n3 } from './node.js';

function progressOf(node: Node, peer: NodeId = n2): Progress {
  const progress = node.state.leadership?.progress.get(peer);
  assert.ok(progress, 'no progress is kept');
  return progress;
}

function propose(node: Node, count: number, data = 'x'): void {
  for (let at = 0; at < count; at += 1) node.raft.propose(data);
}

function sentTo(node: Node, peer: NodeId): AppendEntries[] {
  return ofType(node.run(), 'AppendEntries').filter(({ to }) => to === peer);
}

/** Returns n1 as the leader of term 1. It streams to n2, which has the no-op; n3 is silent. */
function streaming(options: NodeSetup['options'] = {}): Node {
  const node = new Node({ options });
  makeLeader(node);
  node.step(appendEntriesReply(n2, n1, 1, { match: 1 }));
  node.run();
  assert.equal(progressOf(node).mode, 'replicate');
  return node;
}

test('a new leader knows nothing about its peers: nextIndex is after its own log (3.5)', () => {
  const node = new Node({ log: [1, 1, 1] });
  makeLeader(node);
  const { mode, nextIndex, matchIndex } = progressOf(node);
  assert.deepEqual({ mode, nextIndex, matchIndex }, { mode: 'probe', nextIndex: 4, matchIndex: 0 });
});

test('a probe is one AppendEntries, until it is answered or a heartbeat is due (10.2.2) [R9]', () => {
  const node = new Node();
  makeLeader(node);
  propose(node, 10);
  assert.deepEqual(sentTo(node, n2), []);
  node.wait(50);
  assert.equal(sentTo(node, n2).length, 1);
  propose(node, 10);
  assert.deepEqual(sentTo(node, n2), []);
});

test('once it knows where the logs agree, a leader streams ahead of the replies (10.2.2)', () => {
  const node = streaming();
  for (const index of [2, 3, 4]) {
    propose(node, 1);
    const [message, ...others] = sentTo(node, n2);
    assert.equal(others.length, 0);
    assert.equal(message?.prevLogIndex, index - 1);
    assert.equal(message?.entries.length, 1);
  }
  assert.equal(progressOf(node).nextIndex, 5);
  assert.equal(progressOf(node).matchIndex, 1);
});

test('what was proposed together leaves together, in messages of bounded size', () => {
  const node = streaming({ appendBytesMax: 100 });
  propose(node, 6);
  assert.deepEqual(
    sentTo(node, n2).map(({ entries }) => entries.length),
    [4, 2],
  );
});

test('an entry larger than a message may be goes alone', () => {
  const node = streaming({ appendBytesMax: 100 });
  propose(node, 1);
  propose(node, 1, 'x'.repeat(1000));
  propose(node, 1);
  assert.deepEqual(
    sentTo(node, n2).map(({ entries }) => entries.length),
    [1, 1, 1],
  );
});

test('the number of messages in flight to one peer is bounded (10.2.2) [R9]', () => {
  const node = streaming({ inflightMessagesMax: 4, appendBytesMax: 1 });
  propose(node, 10);
  assert.equal(sentTo(node, n2).length, 4);
  node.step(appendEntriesReply(n2, n1, 1, { match: 3 }));
  assert.deepEqual(
    sentTo(node, n2).map(({ prevLogIndex }) => prevLogIndex),
    [5, 6],
  );
});

test('the bytes in flight to one peer are bounded (10.2.2) [R9]', () => {
  const node = streaming({ inflightBytesMax: 250, appendBytesMax: 1 });
  propose(node, 10, 'x'.repeat(76));
  assert.equal(sentTo(node, n2).length, 3);
  assert.equal(progressOf(node).inflightBytes, 300);
  node.step(appendEntriesReply(n2, n1, 1, { match: 4 }));
  assert.equal(progressOf(node).inflightBytes, 0);
  assert.equal(sentTo(node, n2).length, 3);
});

test('a full window holds back entries, not heartbeats (3.4) [R9]', () => {
  const node = streaming({ inflightMessagesMax: 1 });
  propose(node, 1);
  node.run();
  propose(node, 1);
  assert.deepEqual(sentTo(node, n2), []);
  node.wait(50);
  const [beat, ...others] = sentTo(node, n2);
  assert.equal(others.length, 0);
  assert.deepEqual(beat?.entries, []);
});

test('a silent peer is sent no more than its window and heartbeats [R9]', () => {
  const node = streaming({ inflightMessagesMax: 4, appendBytesMax: 1 });
  let messages = 0;
  let entries = 0;
  for (let beat = 0; beat < 10; beat += 1) {
    propose(node, 100);
    node.wait(50);
    const sent = sentTo(node, n2);
    messages += sent.length;
    entries += sent.reduce((sum, message) => sum + message.entries.length, 0);
    node.step(appendEntriesReply(n3, n1, 1, { round: beat + 2, match: 1 }));
  }
  assert.equal(entries, 4);
  assert.equal(messages, 4 + 9);
});

test('entries that the network lost are sent again after the next heartbeat (3.5)', () => {
  const cluster = clusterOf(3);
  cluster.elect(n1);
  cluster.advance(100);
  const { leader } = cluster;
  propose(leader, 10);
  cluster.collect();
  cluster.drop();
  propose(leader, 1);
  cluster.collect();
  cluster.drop();
  cluster.advance(60);
  for (const node of cluster.members) assert.deepEqual(node.log, leader.log);
  assert.equal(leader.state.commitIndex, 12);
});

test('the next heartbeat makes up for a lost reply (3.5)', () => {
  const cluster = clusterOf(3);
  cluster.elect(n1);
  cluster.advance(100);
  propose(cluster.leader, 1);
  cluster.collect();
  cluster.deliver();
  cluster.drop();
  assert.equal(cluster.leader.state.commitIndex, 1);
  cluster.advance(60);
  assert.equal(cluster.leader.state.commitIndex, 2);
});

test('a lost probe is sent again with the next heartbeat (3.5)', () => {
  const node = new Node({ log: [1] });
  makeLeader(node);
  node.wait(50);
  const [probe] = sentTo(node, n2);
  assert.equal(probe?.prevLogIndex, 1);
  assert.equal(probe?.entries.length, 1);
});

test('a rejection while streaming starts a probe at the index that the peer names (3.5)', () => {
  const node = streaming();
  propose(node, 10);
  node.run();
  const lost = rejection(8, { term: null, index: 3 });
  node.step(appendEntriesReply(n2, n1, 1, { match: 1, rejection: lost }));
  assert.equal(progressOf(node).mode, 'probe');
  assert.equal(progressOf(node).nextIndex, 3);
  assert.deepEqual(progressOf(node).inflight, []);
  assert.equal(progressOf(node).inflightBytes, 0);
});

test('replies that arrive twice or out of order lower no index (3.5) [R6]', () => {
  const node = streaming();
  propose(node, 10);
  node.run();
  for (const match of [5, 3, 5, 1, 9, 0, 2]) {
    const before = { ...progressOf(node) };
    node.step(appendEntriesReply(n2, n1, 1, { match }));
    assert.ok(progressOf(node).matchIndex >= before.matchIndex);
    assert.ok(progressOf(node).nextIndex >= before.nextIndex);
    node.run();
  }
  assert.equal(progressOf(node).matchIndex, 9);
});

test('a reply to an earlier round does not undo a later one (6.4) [R6]', () => {
  const node = streaming();
  for (const round of [2, 3]) {
    node.wait(50);
    node.run();
    node.step(appendEntriesReply(n2, n1, 1, { round, match: 1 }));
  }
  node.step(appendEntriesReply(n2, n1, 1, { round: 1, match: 1 }));
  assert.equal(progressOf(node).ackedRound, 3);
});

test('a rejection of an index that is known to match is stale (3.5) [R6]', () => {
  const node = streaming();
  propose(node, 10);
  node.run();
  node.step(appendEntriesReply(n2, n1, 1, { match: 8 }));
  const stale = rejection(7, { term: null, index: 2 });
  node.step(appendEntriesReply(n2, n1, 1, { match: 1, rejection: stale }));
  const { mode, matchIndex, nextIndex } = progressOf(node);
  assert.deepEqual(
    { mode, matchIndex, nextIndex },
    { mode: 'replicate', matchIndex: 8, nextIndex: 12 },
  );
});

test('a rejection of an index that is not probed is stale (3.5) [R6]', () => {
  const node = new Node({ log: [1, 1, 1, 1] });
  makeLeader(node);
  const late = rejection(2, { term: null, index: 1 });
  node.step(appendEntriesReply(n2, n1, 2, { rejection: late }));
  assert.equal(progressOf(node).nextIndex, 5);
});

test('a rejection never lowers nextIndex to an index that is known to match (3.5) [R6]', () => {
  const node = streaming();
  propose(node, 10);
  node.run();
  node.step(appendEntriesReply(n2, n1, 1, { match: 6 }));
  const low = rejection(9, { term: null, index: 2 });
  node.step(appendEntriesReply(n2, n1, 1, { rejection: low }));
  assert.equal(progressOf(node).nextIndex, 7);
});

test('a reply of an older term says nothing about this one (3.5) [R6]', () => {
  const node = new Node({ log: [1] });
  makeLeader(node);
  node.step(appendEntriesReply(n2, n1, 1, { match: 1 }));
  assert.equal(progressOf(node).matchIndex, 0);
  assert.equal(progressOf(node).mode, 'probe');
});

test('replies from before a crash of the peer do no harm: they report its disk [R6]', () => {
  const cluster = clusterOf(3);
  cluster.elect(n1);
  cluster.advance(100);
  propose(cluster.leader, 5);
  cluster.collect();
  cluster.deliver();
  const early = ofType(cluster.network, 'AppendEntriesReply');
  cluster.drop();
  cluster.member(n2).restart();
  cluster.network.push(...early);
  cluster.deliver();
  const { matchIndex } = progressOf(cluster.leader);
  assert.ok(matchIndex <= cluster.member(n2).state.log.lastIndex);
  propose(cluster.leader, 5);
  cluster.advance(100);
  assert.deepEqual(cluster.member(n2).log, cluster.leader.log);
});

test("a matchIndex past the end of the leader's log stops the leader", () => {
  const node = streaming();
  assert.throws(() => node.step(appendEntriesReply(n2, n1, 1, { match: 99 })), {
    code: 'LETO_ASSERTION',
  });
});

test('a follower that restarts with a shorter log is probed and brought up to date (3.5)', () => {
  const cluster = clusterOf(3);
  cluster.elect(n1);
  cluster.advance(100);
  const { leader } = cluster;
  const follower = cluster.member(n2);
  propose(leader, 5);
  cluster.network.push(...leader.take());
  for (const message of cluster.network.splice(0)) if (message.to === n2) follower.step(message);
  follower.take();
  follower.restart();
  assert.equal(follower.state.log.lastIndex, 1);
  cluster.advance(200);
  assert.deepEqual(follower.log, leader.log);
  assert.equal(progressOf(leader).mode, 'replicate');
});

test('replication completes when the network loses, doubles and reorders messages (3.5) [R6]', () => {
  for (let seed = 1; seed <= 30; seed += 1) {
    const prng = new Prng(seed);
    const cluster = clusterOf(3, { appendBytesMax: 60, inflightMessagesMax: 3 });
    cluster.elect(n1);
    for (let step = 0; step < 200; step += 1) {
      const leader = cluster.inRole('leader')[0];
      if (leader) propose(leader, prng.below(4));
      cluster.collect();
      prng.shuffle(cluster.network);
      cluster.drop(() => prng.chance(0.3));
      cluster.network.push(...cluster.network.filter(() => prng.chance(0.2)));
      cluster.deliver(() => prng.chance(0.6));
    }
    cluster.advance(1500);
    for (const node of cluster.members) assert.deepEqual(node.log, cluster.leader.log);
    assert.equal(cluster.leader.state.commitIndex, cluster.leader.state.log.lastIndex);
  }
});

test('a follower does not answer a leader twice for the same news', () => {
  const node = new Node();
  node.step(appendEntries(n2, n1, 1));
  assert.equal(node.run().length, 1);
  assert.deepEqual(node.run(), []);
});
