/** Tests writes that are too large for one entry of the log. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodePart } from '../../src/kv/index.js';
import type { LogIndex } from '../../src/raft/index.js';
import type { ReplicaOptions } from '../../src/replica/index.js';
import type { Cluster } from '../raft/cluster.js';
import { n1, n2, n3 } from '../raft/node.js';
import { connection, notLeader, ok, type ReplicaNode, threeReplicas } from './replica-node.js';

/** A part has 100 bytes, so that this value has about 20 of them. */
const large = 'x'.repeat(2000);

function clusterWithParts(options: Partial<ReplicaOptions> = {}): Cluster<ReplicaNode> {
  return threeReplicas({ commandBytesPerEntryMax: 100, ...options });
}

/** Returns what each entry after the first no-op is: the number of a part, or -1 for another one. */
function partNumbers({ state: { log } }: ReplicaNode): number[] {
  const entries = log.slice(2 as LogIndex, log.lastIndex, Number.POSITIVE_INFINITY);
  return entries.map(({ data }) => decodePart(data)?.number ?? -1);
}

test('a large write is stored on all nodes, and answered once its last part is committed', () => {
  const cluster = clusterWithParts();
  const { leader } = cluster;
  const request = leader.send(connection(), `set k ${large}`);
  cluster.settle();
  assert.deepEqual(leader.outcome(request), ok);
  cluster.advance(100);
  for (const node of cluster.members) assert.equal(node.value('k'), large);
  const parts = partNumbers(leader);
  assert.ok(parts.length >= 20);
  assert.deepEqual(
    parts,
    parts.map((_, at) => at),
  );
});

test('a command of exactly the size of an entry is not split', () => {
  const cluster = clusterWithParts();
  const { leader } = cluster;
  leader.send(connection(), `set k ${'x'.repeat(99)}`);
  cluster.settle();
  assert.deepEqual(partNumbers(leader), [-1]);
  leader.send(connection(), `set k ${'x'.repeat(100)}`);
  cluster.settle();
  assert.deepEqual(partNumbers(leader), [-1, 0, 1]);
});

test('the writes of other clients are committed between the parts', () => {
  const cluster = clusterWithParts();
  const { leader } = cluster;
  const first = leader.send(connection(), `set k ${large}`);
  cluster.collect();
  const small = leader.send(connection(), 'set other v');
  while (leader.outcome(small) === undefined) cluster.deliver();
  assert.equal(leader.outcome(first), undefined);
  cluster.settle();
  assert.deepEqual(leader.outcome(first), ok);
  const parts = partNumbers(leader);
  assert.ok(parts.indexOf(-1) > 0 && parts.indexOf(-1) < parts.length - 1, String(parts));
});

test('a bounded number of parts waits for a quorum', () => {
  const cluster = clusterWithParts();
  const { leader } = cluster;
  cluster.isolate(n1);
  leader.send(connection(), `set k ${large}`);
  leader.run();
  assert.equal(partNumbers(leader).length, 4);
});

test("a connection's later requests stay behind its large write", () => {
  const cluster = clusterWithParts();
  const { leader } = cluster;
  const client = connection();
  const requests = [
    leader.send(client, `set k ${large}`),
    leader.send(client, 'append k !'),
    leader.send(client, `append k ${large}`),
    leader.send(client, 'strlen k'),
  ];
  cluster.settle();
  assert.deepEqual(
    requests.map((request) => leader.outcome(request)),
    [
      ok,
      { type: 'integer', value: 2001 },
      { type: 'integer', value: 4001 },
      { type: 'integer', value: 4001 },
    ],
  );
});

test('the large writes of several clients are appended one after the other', () => {
  const cluster = clusterWithParts();
  const { leader } = cluster;
  const requests = ['a', 'b', 'c'].map((key) => leader.send(connection(), `set ${key} ${large}`));
  cluster.settle();
  for (const request of requests) assert.deepEqual(leader.outcome(request), ok);
  const parts = partNumbers(leader);
  assert.equal(parts.filter((number) => number === 0).length, 3);
  for (const key of ['a', 'b', 'c']) assert.equal(leader.value(key), large);
});

test('a leader that loses its term refuses an unfinished write, which never takes effect', () => {
  const cluster = clusterWithParts();
  const old = cluster.leader;
  const client = connection();
  old.send(client, 'set k before');
  cluster.settle();
  const request = old.send(client, `set k ${large}`);
  const behind = old.send(client, 'set k after');
  cluster.collect();
  cluster.deliver();
  cluster.isolate(n1);
  cluster.elect(n2);
  cluster.heal();
  cluster.advance(100);
  for (const each of [request, behind]) assert.equal(old.outcome(each)?.type, 'notLeader');
  assert.ok(partNumbers(cluster.member(n2)).includes(0), 'the new leader has parts of the write');
  for (const node of cluster.members) {
    assert.equal(node.value('k'), 'before');
    assert.deepEqual(node.replica.machine.parts.unfinished, []);
  }
  const next = cluster.member(n2).send(connection(), `set k ${large}`);
  cluster.settle();
  assert.deepEqual(cluster.member(n2).outcome(next), ok);
});

test('a write whose last part is in the log is uncertain when the leader loses its term', () => {
  const cluster = clusterWithParts();
  const old = cluster.leader;
  cluster.isolate(n1);
  const request = old.send(connection(), `set k ${'x'.repeat(300)}`);
  cluster.collect();
  cluster.elect(n2);
  cluster.heal();
  cluster.advance(100);
  assert.equal(old.outcome(request)?.type, 'uncertain');
});

test('a large write that does not get on is refused after the timeout, with what is behind it', () => {
  const cluster = clusterWithParts({ checkQuorum: false, requestTimeoutMs: 2000 });
  const { leader } = cluster;
  const client = connection();
  cluster.isolate(n1);
  const requests = [
    leader.send(client, `set k ${large}`),
    leader.send(client, 'set k after'),
    leader.send(connection(), `set other ${large}`),
  ];
  const local = { ...connection('local') };
  leader.send(local, `set third ${large}`);
  const read = leader.send(local, 'get k');
  cluster.advance(1990);
  for (const request of requests) assert.equal(leader.outcome(request), undefined);
  cluster.advance(10);
  for (const request of requests) assert.deepEqual(leader.outcome(request), notLeader(null));
  assert.deepEqual(leader.outcome(read), { type: 'null' });
  cluster.heal();
  cluster.advance(1000);
  assert.equal(leader.value('k'), undefined);
});

test('a large write may take longer than the timeout, as long as it gets on', () => {
  const cluster = clusterWithParts({ requestTimeoutMs: 100 });
  const { leader } = cluster;
  const request = leader.send(connection(), `set k ${large.repeat(10)}`);
  cluster.collect();
  const startMs = cluster.nowMs;
  while (leader.outcome(request) === undefined) {
    cluster.nowMs += 20;
    for (const node of cluster.members) {
      node.setClock(cluster.nowMs);
      node.tick();
    }
    cluster.deliver();
  }
  assert.ok(cluster.nowMs - startMs > 100);
  assert.deepEqual(leader.outcome(request), ok);
});

test('no part is appended during a transfer, and a transfer that fails lets the write go on', () => {
  const cluster = clusterWithParts();
  const { leader } = cluster;
  const request = leader.send(connection(), `set k ${large}`);
  cluster.collect();
  cluster.isolate(n3);
  leader.sendAdmin({ type: 'transfer', target: n3 });
  cluster.settle();
  const { lastIndex } = leader.state.log;
  assert.equal(leader.outcome(request), undefined);
  cluster.advance(200);
  assert.equal(leader.state.log.lastIndex, lastIndex);
  cluster.advance(2000);
  assert.deepEqual(leader.outcome(request), ok);
});

test('a bounded size of large writes waits, and the next one is refused', () => {
  const cluster = clusterWithParts();
  const { leader } = cluster;
  cluster.isolate(n1);
  const value = 'x'.repeat(64 * 1024 * 1024);
  const waiting = ['a', 'b'].map((key) => leader.send(connection(), `set ${key} ${value}`));
  const refused = leader.send(connection(), `set c ${large}`);
  leader.run();
  assert.deepEqual(leader.outcome(refused), { type: 'overloaded' });
  for (const request of waiting) assert.equal(leader.outcome(request), undefined);
});
