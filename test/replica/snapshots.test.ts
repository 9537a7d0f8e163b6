/** Tests when snapshots are taken, sent and installed (5), with the real state machine. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appendEntries, installSnapshot, readIndexReply, theOnly } from '../raft/messages.js';
import { chunksOf, n1, n2, n3 } from '../raft/node.js';
import {
  bulk,
  connection,
  notLeader,
  ok,
  oneReplica,
  ReplicaNode,
  threeReplicas,
} from './replica-node.js';

/** Returns the chunks of a snapshot of a machine on which these commands have run. */
function snapshotOf(...lines: readonly string[]): readonly string[] {
  const node = oneReplica({ snapshotChunkBytesMax: 12 });
  for (const line of lines) node.send(connection(), line);
  node.run();
  node.sendAdmin({ type: 'snapshot' });
  node.run();
  return node.store.chunks.map(({ data }) => data);
}

/** n1 follows n2 in term 1, and has all but the last chunk of a snapshot of index 9. */
function receiving(node: ReplicaNode, data: readonly string[]) {
  const messages = chunksOf(data).map((chunk) =>
    installSnapshot(n2, n1, 1, { last: [9, 1], chunk, voters: [n1, n2, n3] }),
  );
  const last = messages.pop();
  assert.ok(last);
  for (const message of messages) {
    node.step(message);
    node.run();
  }
  return last;
}

test('a snapshot is taken after a number of applied entries (5.1)', () => {
  const node = oneReplica({ snapshotLogEntriesMin: 10 });
  const client = connection();
  const indexes = new Set<number>();
  for (let write = 0; write < 50; write += 1) {
    node.send(client, 'incr n');
    node.run();
    indexes.add(node.store.state.snapshot.index);
  }
  assert.deepEqual([...indexes], [0, 10, 20, 30, 40, 50]);
});

test('a snapshot is taken after a number of applied bytes (5.1)', () => {
  const node = oneReplica({ snapshotLogBytesMin: 2000 });
  writeValues(node, 3);
  assert.equal(node.store.state.snapshot.index, 0);
  writeValues(node, 1);
  assert.equal(node.store.state.snapshot.index, 5);
});

test('a snapshot is not taken before the log is as large as the state (5.1)', () => {
  const node = oneReplica({ snapshotLogBytesMin: 2000 });
  for (let key = 0; key < 8; key += 1) node.send(connection(), `set key${key} ${'x'.repeat(500)}`);
  node.run();
  node.sendAdmin({ type: 'snapshot' });
  node.run();
  const { index } = node.store.state.snapshot;
  assert.ok(node.replica.machine.store.usedBytes > 4500);
  writeValues(node, 8);
  assert.equal(node.store.state.snapshot.index, index, 'the log is still the shorter one');
  writeValues(node, 4);
  assert.ok(node.store.state.snapshot.index > index);
});

/** Sends `count` writes of half a kilobyte each, all to one key. */
function writeValues(node: ReplicaNode, count: number): void {
  for (let write = 0; write < count; write += 1) {
    node.send(connection(), `set k ${'x'.repeat(500)}`);
    node.run();
  }
}

test('without enough entries or bytes no snapshot is taken', () => {
  const node = oneReplica();
  for (let write = 0; write < 500; write += 1) node.send(connection(), 'incr n');
  node.run();
  assert.equal(node.store.state.snapshot.index, 0);
  assert.equal(node.store.state.entries.length, 501);
});

test('each write to the disk carries one chunk, and turns are requested until the last (S7)', () => {
  const node = oneReplica({ snapshotChunkBytesMax: 16 });
  node.send(connection(), `set k ${'x'.repeat(100)}`);
  node.run();
  node.sendAdmin({ type: 'snapshot' });
  const chunks: number[] = [];
  for (let turn = 0; turn < 100 && node.state.snapshot.index === 0; turn += 1) {
    const { persist, hasMore } = node.turn();
    if (persist?.snapshot) chunks.push(persist.snapshot.chunk.number);
    assert.ok(hasMore || persist || node.state.snapshot.index > 0, 'it would rest in the middle');
  }
  assert.ok(chunks.length > 5);
  assert.deepEqual(
    chunks,
    Array.from(chunks, (_, at) => at),
  );
  assert.ok(node.store.chunks.every(({ data }) => data.length <= 16));
});

test('the next chunk is not cut while the disk writes one (S7)', () => {
  const node = oneReplica({ snapshotChunkBytesMax: 16 });
  node.send(connection(), `set k ${'x'.repeat(100)}`);
  node.run();
  node.sendAdmin({ type: 'snapshot' });
  node.replica.takeEffects();
  assert.ok(node.replica.takeEffects().persist?.snapshot);
  for (let turn = 0; turn < 5; turn += 1) {
    const { persist, hasMore } = node.replica.takeEffects();
    assert.deepEqual({ persist, hasMore }, { persist: null, hasMore: false });
  }
});

test('a snapshot holds the state of one index, whatever is applied meanwhile (5.1) [S7]', () => {
  const node = oneReplica({ snapshotChunkBytesMax: 8, trailingBytesMax: 0 });
  const client = connection();
  for (let key = 0; key < 20; key += 1) node.send(client, `set key${key} old`);
  node.run();
  node.sendAdmin({ type: 'snapshot' });
  node.turn();
  for (let key = 0; key < 20; key += 1) {
    node.send(client, `set key${key} new`);
    node.send(client, `set other${key} new`);
    node.turn();
  }
  node.run();
  assert.equal(node.store.state.snapshot.index, 21);
  node.restart();
  assert.equal(node.value('key0'), 'old', 'before the log is replayed');
  assert.equal(node.value('other0'), undefined);
  node.setClock(node.state.nowMs + 600);
  node.tick();
  node.run();
  assert.equal(node.value('key0'), 'new');
  assert.equal(node.value('other19'), 'new');
});

test('a restarted node starts from its snapshot and applies later entries once (5.1) [P5]', () => {
  const node = oneReplica({ snapshotLogEntriesMin: 10 });
  for (let write = 0; write < 25; write += 1) node.send(connection(), 'incr n');
  node.run();
  assert.ok(node.store.state.snapshot.index >= 10);
  node.restart();
  node.setClock(node.state.nowMs + 600);
  node.tick();
  node.run();
  assert.equal(node.value('n'), '25');
});

test('a follower that was away too long gets the state of the leader by snapshot (5.1) [S1]', () => {
  const cluster = threeReplicas({ trailingBytesMax: 0, snapshotLogEntriesMin: 5 });
  const third = cluster.member(n3);
  cluster.leader.send(connection(), 'set gone 1');
  cluster.advance(100);
  assert.equal(third.value('gone'), '1');
  cluster.isolate(n3);
  cluster.leader.send(connection(), 'del gone');
  for (let write = 0; write < 20; write += 1) cluster.leader.send(connection(), 'incr n');
  cluster.advance(200);
  cluster.heal();
  cluster.advance(1500);
  assert.ok(third.events.some(({ type }) => type === 'snapshotInstalled'));
  assert.equal(third.value('n'), '20');
  assert.equal(third.value('gone'), undefined, 'no key of the old state survives');
  const write = cluster.leader.send(connection(), 'incr n');
  cluster.advance(100);
  assert.deepEqual(cluster.leader.outcome(write), { type: 'integer', value: 21n });
  assert.equal(third.value('n'), '21');
});

test('the state changes when a snapshot comes into force, not chunk by chunk (5)', () => {
  const node = new ReplicaNode();
  const last = receiving(node, snapshotOf('set a 1', 'set b 2'));
  assert.equal(node.value('a'), undefined);
  node.step(last);
  const { persist } = node.replica.takeEffects();
  assert.ok(persist?.snapshot?.install);
  assert.equal(node.value('a'), undefined, 'it is not on the disk yet');
  node.store.write(persist);
  node.replica.handle({ type: 'persisted' });
  assert.equal(node.value('a'), '1');
  assert.equal(node.value('b'), '2');
});

test('reads that wait for an index that a snapshot covers are answered from it (6.4) [C4]', () => {
  const node = new ReplicaNode();
  node.step(appendEntries(n2, n1, 1));
  node.run();
  const reads = [5, 9, 12].map((index) => {
    const read = node.send(connection(), 'get a');
    const { readId } = theOnly(node.run(), 'ReadIndex');
    node.step(readIndexReply(n2, n1, 1, readId, index));
    node.run();
    return read;
  });
  const last = receiving(node, snapshotOf('set a 1'));
  assert.deepEqual(
    reads.map((read) => node.outcome(read)),
    [undefined, undefined, undefined],
  );
  node.step(last);
  node.run();
  assert.deepEqual(
    reads.map((read) => node.outcome(read)),
    [bulk('1'), bulk('1'), undefined],
  );
});

test('a node abandons its own snapshot when the leader sends one (5) [S4]', () => {
  const node = new ReplicaNode({ options: { snapshotChunkBytesMax: 8 } });
  const first = appendEntries(n2, n1, 1, { entries: oneEntry(), commit: 1 });
  node.step(first);
  node.run();
  node.sendAdmin({ type: 'snapshot' });
  node.turn();
  node.turn();
  assert.equal(node.state.staging?.leaderId, null, 'it is in the middle');
  node.step(receiving(node, snapshotOf('set a 1')));
  node.run();
  assert.equal(node.value('a'), '1');
  assert.equal(node.state.snapshot.index, 9);
  // A machine has one snapshot at a time, so the next would fail if the first had not ended.
  node.step(
    appendEntries(n2, n1, 1, { prev: [9, 1], entries: oneEntry(10), commit: 10, round: 2 }),
  );
  node.run();
  const next = node.sendAdmin({ type: 'snapshot' });
  node.run();
  assert.deepEqual(node.adminOutcome(next), { type: 'done' });
  assert.equal(node.store.state.snapshot.index, 10);
});

/** Returns the entry of a write. */
function oneEntry(index = 1) {
  const node = oneReplica();
  node.send(connection(), 'set own 1');
  const entry = node.state.log.entryAt(node.state.log.lastIndex);
  assert.ok(entry);
  return [{ ...entry, index: index as typeof entry.index }];
}

test('the memory of a snapshot is counted as the state that it holds (5.1)', () => {
  const node = new ReplicaNode();
  node.step(receiving(node, snapshotOf('set a 1', 'set b 2')));
  node.run();
  const twin = oneReplica();
  for (const line of ['set a 1', 'set b 2']) twin.send(connection(), line);
  twin.run();
  assert.equal(node.replica.machine.store.usedBytes, twin.replica.machine.store.usedBytes);
});

test('a snapshot that cannot be restored stops the node and keeps its state [S6]', () => {
  const node = new ReplicaNode();
  const [message] = chunksOf(['nonsense']).map((chunk) =>
    installSnapshot(n2, n1, 1, { last: [9, 1], chunk, voters: [n1, n2, n3] }),
  );
  assert.ok(message);
  assert.throws(
    () => {
      node.step(message);
      node.run();
    },
    { code: 'LETO_DATA_DAMAGED' },
  );
});

test('a follower that receives a snapshot still names its leader when it refuses writes', () => {
  const node = new ReplicaNode();
  node.step(receiving(node, snapshotOf('set a 1')));
  node.run();
  const write = node.send(connection(), 'set a 2');
  node.run();
  assert.deepEqual(node.outcome(write), notLeader(n2));
});

test('all nodes have the same state, whatever the order of snapshots and crashes [S1] [S7]', () => {
  const cluster = threeReplicas({
    trailingBytesMax: 200,
    snapshotLogEntriesMin: 7,
    snapshotChunkBytesMax: 32,
  });
  for (let step = 0; step < 200; step += 1) {
    const victim = [n1, n2, n3][step % 3] ?? n1;
    if (step % 17 === 0) cluster.isolate(victim);
    if (step % 17 === 9) cluster.heal();
    if (step % 23 === 5) cluster.member(victim).restart();
    for (const leader of cluster.inRole('leader')) {
      leader.send(connection(), `append k ${step}.`);
      leader.send(connection(), `set key${step % 11} ${step}`);
    }
    cluster.advance(50);
  }
  cluster.heal();
  cluster.advance(5000);
  const last = cluster.leader.send(connection(), 'set last 1');
  cluster.advance(200);
  assert.deepEqual(cluster.leader.outcome(last), ok);
  const [first, ...others] = cluster.members.map((node) => stateOf(node));
  assert.ok((first?.length ?? 0) > 5);
  for (const other of others) assert.deepEqual(other, first);
});

/** Returns everything that a client could read. */
function stateOf(node: ReplicaNode): (string | undefined)[] {
  const keys = ['k', 'last', ...Array.from({ length: 11 }, (_, at) => `key${at}`)];
  return keys.map((key) => node.value(key));
}
