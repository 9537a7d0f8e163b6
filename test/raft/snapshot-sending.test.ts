/** A leader that sends its snapshot to peers whose next entries are compacted away (Figure 5.3). */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Cluster, clusterOf, clusterWith, newcomer } from './cluster.js';
import {
  appendEntriesReply,
  installSnapshotReply,
  ofType,
  readIndex,
  readIndexReply,
  theOnly,
} from './messages.js';
import { makeLeader, Node, n1, n2, n3, n4 } from './node.js';
import { data, leader, numbersOf, progressOf } from './snapshot-leader.js';

test('a peer whose next entry is compacted away is sent the snapshot (Figure 5.3) [S1]', () => {
  const node = leader();
  const message = theOnly(node.run(), 'InstallSnapshot');
  assert.equal(message.to, n2);
  assert.equal(message.term, 2);
  assert.deepEqual(message.snapshot, node.store.state.snapshot);
  assert.deepEqual(message.chunk, node.store.chunks[0]);
  assert.equal(progressOf(node).mode, 'snapshot');
});

test("chunks are read from the leader's disk, which may be slow", () => {
  const node = leader();
  assert.deepEqual(ofType(node.take(), 'InstallSnapshot'), []);
  assert.deepEqual(node.chunkRequests, [{ peer: n2, snapshotIndex: 9, number: 0 }]);
  assert.deepEqual(ofType(node.take(), 'InstallSnapshot'), []);
  assert.equal(node.chunkRequests.length, 1, 'it is asked once');
  node.readChunks();
  assert.deepEqual(numbersOf(node.take()), [0]);
});

test('after the last chunk the entries after the snapshot follow (5.1) [S1]', () => {
  const node = leader();
  node.run();
  node.raft.propose('x');
  assert.ok(ofType(node.run(), 'AppendEntries').every(({ to }) => to === n3));
  node.step(appendEntriesReply(n2, n1, 2, { match: 9 }));
  const [message] = ofType(node.run(), 'AppendEntries').filter(({ to }) => to === n2);
  assert.equal(message?.prevLogIndex, 9);
  assert.equal(message?.prevLogTerm, 1);
  assert.deepEqual(
    message?.entries.map(({ index }) => index),
    [10, 11, 12],
  );
  const { mode, matchIndex, sending } = progressOf(node);
  assert.deepEqual(
    { mode, matchIndex, sending },
    { mode: 'replicate', matchIndex: 9, sending: null },
  );
});

test('a chunk is sent again when it or its reply is lost for an election timeout (5)', () => {
  const node = leader();
  node.run();
  const sent = node.state.nowMs;
  node.wait(290);
  assert.deepEqual(numbersOf(node.run()), []);
  node.setClock(sent + 300);
  assert.deepEqual(numbersOf(node.run()), [0]);
});

test('a reply of another term, or about another snapshot, changes nothing (5)', () => {
  const node = leader();
  node.run();
  node.step(installSnapshotReply(n2, n1, 1, 9, 1), installSnapshotReply(n2, n1, 2, 7, 1));
  assert.deepEqual(numbersOf(node.run()), []);
  assert.equal(progressOf(node).sending?.ackedChunks, 0);
});

test('a peer that has lost all that it had is sent the first chunk again (5) [S1]', () => {
  const node = leader();
  node.run();
  node.step(installSnapshotReply(n2, n1, 2, 9, 1));
  node.run();
  node.step(installSnapshotReply(n2, n1, 2, 9, 0));
  assert.deepEqual(numbersOf(node.run()), [0]);
});

test('heartbeats continue during a snapshot, and claim nothing about the log (3.4)', () => {
  const node = leader();
  node.run();
  for (let beat = 0; beat < 5; beat += 1) {
    node.wait(50);
    const [heartbeat] = ofType(node.run(), 'AppendEntries').filter(({ to }) => to === n2);
    assert.equal(heartbeat?.prevLogIndex, 0);
    assert.equal(heartbeat?.prevLogTerm, 0);
    assert.deepEqual(heartbeat?.entries, []);
  }
});

test('replies to heartbeats during a snapshot keep the leader in office (6.2) [E10]', () => {
  const node = leader();
  node.run();
  for (let beat = 0; beat < 40; beat += 1) {
    node.wait(50);
    const round = node.state.leadership?.rounds.latest ?? 0;
    node.step(appendEntriesReply(n2, n1, 2, { round }));
    node.run();
  }
  assert.equal(node.state.role, 'leader');
  assert.equal(progressOf(node).mode, 'snapshot', 'they say nothing of its log');
});

test('replies to heartbeats during a snapshot confirm reads (6.4)', () => {
  const node = leader();
  node.run();
  node.step(readIndex(n3, n1, 2, 70));
  const { round } = ofType(node.run(), 'AppendEntries')[0] ?? { round: 0 };
  node.step(appendEntriesReply(n2, n1, 2, { round }));
  assert.deepEqual(node.run(), [readIndexReply(n1, n3, 2, 70, 11)]);
});

test('a snapshot that is replaced on the disk is followed by the new one from its start (5) [S4]', () => {
  const node = leader({ options: { trailingBytesMax: 0 } });
  node.run();
  node.snapshot('new,', 'and shorter');
  assert.equal(node.state.snapshot.index, 11);
  node.step(installSnapshotReply(n2, n1, 2, 9, 1));
  const message = theOnly(node.run(), 'InstallSnapshot');
  assert.equal(message.snapshot.index, 11);
  assert.equal(message.chunk.number, 0);
  assert.equal(message.chunk.data, 'new,');
});

test('the new snapshot is sent also to a peer that was silent when it replaced the old (5) [S4]', () => {
  const node = leader({ options: { trailingBytesMax: 0 } });
  node.run();
  node.snapshot('new,', 'and shorter');
  node.wait(300);
  assert.equal(theOnly(node.run(), 'InstallSnapshot').snapshot.index, 11);
});

test('a chunk that the disk returns too late is not sent (5) [S4]', () => {
  const node = leader({ options: { trailingBytesMax: 0 } });
  node.take();
  const [request] = node.chunkRequests;
  const chunk = node.store.chunks[0];
  assert.ok(request && chunk);
  node.chunkRequests.length = 0;
  node.snapshot('new');
  node.raft.sendChunk(request, chunk);
  const message = theOnly(node.run(), 'InstallSnapshot');
  assert.equal(message.snapshot.index, 11);
});

test('a deposed leader asks its disk for no more chunks', () => {
  const node = leader();
  node.take();
  const [request] = node.chunkRequests;
  const chunk = node.store.chunks[0];
  assert.ok(request && chunk);
  node.step(appendEntriesReply(n3, n1, 3, { round: 0 }));
  node.raft.sendChunk(request, chunk);
  assert.deepEqual(ofType(node.take(), 'InstallSnapshot'), []);
});

test('a peer in replicate mode gets the snapshot when its next entries are compacted (5) [S1]', () => {
  const node = new Node({ options: { trailingBytesMax: 0, inflightMessagesMax: 1 } });
  makeLeader(node);
  for (const peer of [n2, n3]) node.step(appendEntriesReply(peer, n1, 1, { match: 1 }));
  node.run();
  for (let write = 0; write < 5; write += 1) {
    node.raft.propose('x');
    node.run();
  }
  node.step(appendEntriesReply(n3, n1, 1, { match: 6 }));
  node.run();
  assert.equal(progressOf(node).mode, 'replicate');
  node.snapshot('all');
  assert.deepEqual(numbersOf(node.run()), []);
  assert.equal(progressOf(node).mode, 'snapshot');
});

test('a peer whose compacted entries are in flight gets no snapshot: it may have them [R9]', () => {
  const node = new Node({ options: { trailingBytesMax: 0 } });
  makeLeader(node);
  for (const peer of [n2, n3]) node.step(appendEntriesReply(peer, n1, 1, { match: 1 }));
  node.run();
  node.raft.propose('x');
  node.run();
  node.step(appendEntriesReply(n3, n1, 1, { match: 2 }));
  node.run();
  node.snapshot('all');
  node.wait(50);
  node.run();
  assert.equal(progressOf(node).mode, 'replicate');
  node.step(appendEntriesReply(n2, n1, 1, { match: 2, round: 2 }));
  node.run();
  assert.equal(progressOf(node).matchIndex, 2);
});

test('entries that a snapshot leaves in the log spare a slow peer the snapshot', () => {
  const cluster = clusterOf(3);
  cluster.elect(n1);
  cluster.isolate(n3);
  for (let write = 0; write < 10; write += 1) cluster.leader.raft.propose('x');
  cluster.settle();
  cluster.leader.snapshot('all');
  cluster.heal();
  cluster.advance(200);
  assert.equal(cluster.member(n3).state.commitIndex, 11);
  assert.deepEqual(cluster.member(n3).restored, []);
});

/** Returns a cluster in which n3 is cut off while the others write and n1 compacts its log. */
function withOneBehind(): Cluster {
  const cluster = clusterWith(
    Array.from({ length: 3 }, () => ({ options: { trailingBytesMax: 0 } })),
  );
  cluster.elect(n1);
  cluster.isolate(n3);
  for (let write = 0; write < 10; write += 1) cluster.leader.raft.propose(`write ${write}`);
  cluster.advance(100);
  cluster.leader.snapshot(...data);
  return cluster;
}

test('a follower that was cut off too long catches up by the snapshot [S1]', () => {
  const cluster = withOneBehind();
  cluster.heal();
  cluster.advance(1500);
  const third = cluster.member(n3);
  assert.deepEqual(third.restored, ['one,two,three']);
  assert.equal(third.state.commitIndex, 11);
  cluster.leader.raft.propose('more');
  cluster.advance(100);
  assert.equal(third.committed.at(-1)?.data, 'more');
});

test('it catches up when the network loses and doubles every second message [S1]', () => {
  const cluster = withOneBehind();
  cluster.heal();
  for (let turn = 0; turn < 600; turn += 1) {
    cluster.collect();
    cluster.drop(() => turn % 2 === 0);
    cluster.network.push(...cluster.network);
    cluster.deliver();
    cluster.advance(10);
  }
  assert.deepEqual(cluster.member(n3).restored, ['one,two,three']);
  assert.equal(cluster.member(n3).state.commitIndex, cluster.leader.state.commitIndex);
});

test('it catches up although it crashes after each chunk but the last [S1]', () => {
  const cluster = withOneBehind();
  const third = cluster.member(n3);
  cluster.heal();
  let crashes = 0;
  for (let turn = 0; turn < 300 && third.restored.length === 0; turn += 1) {
    cluster.nowMs += 10;
    for (const member of cluster.members) {
      member.setClock(cluster.nowMs);
      member.tick();
    }
    cluster.collect();
    while (cluster.deliver() > 0) {
      const written = third.state.staging?.writtenChunks ?? 0;
      if (written === 0 || crashes >= 6) continue;
      third.restart();
      crashes += 1;
    }
  }
  assert.equal(crashes, 6);
  assert.deepEqual(third.restored, ['one,two,three']);
});

test('it catches up although its leader is replaced in the middle of the snapshot [S1]', () => {
  const cluster = withOneBehind();
  cluster.member(n2).snapshot('the same ', 'in other pieces');
  cluster.heal();
  const third = cluster.member(n3);
  for (let ms = 0; ms < 2000 && !third.state.staging; ms += 10) {
    cluster.nowMs += 10;
    for (const member of cluster.members) {
      member.setClock(cluster.nowMs);
      member.tick();
    }
    cluster.collect();
    for (let hop = 0; hop < 20 && !third.state.staging; hop += 1) cluster.deliver();
  }
  assert.ok(third.state.staging, 'it is in the middle');
  cluster.isolate(n1);
  cluster.drop();
  cluster.elect(n2);
  cluster.advance(1000);
  assert.deepEqual(third.restored, ['the same in other pieces']);
});

test('a server that joins a compacted cluster gets the snapshot and the members in it [S3]', () => {
  const cluster = withOneBehind();
  cluster.heal();
  cluster.advance(1500);
  cluster.join(newcomer(n4));
  cluster.leader.raft.proposeChange({ type: 'addLearner', id: n4 });
  cluster.advance(500);
  const joined = cluster.member(n4);
  assert.deepEqual(joined.restored, ['one,two,three']);
  assert.deepEqual(joined.state.configuration, { voters: [n1, n2, n3], learners: [n4] });
  assert.equal(joined.state.commitIndex, cluster.leader.state.commitIndex);
});
