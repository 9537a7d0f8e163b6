/** Figure 8 of the extended paper, Figure 3.7 of the dissertation. S1 to S5 are n1 to n5. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message } from '../../src/raft/index.js';
import { type Cluster, clusterWith } from './cluster.js';
import { bare, n1, n2, n3, n4, n5 } from './node.js';

function carries(index: number) {
  return (message: Message) =>
    message.type === 'AppendEntries' && message.entries.some((entry) => entry.index === index);
}

/**
 * (a) S1 led term 2 and replicated its entry to S2. (b) S5 led term 3 with another entry at the
 * same index. (c) S1 leads term 4 and replicates its old entry to S3 and S4, but not its new one.
 */
function untilC(): Cluster {
  const options = { ...bare, appendBytesMax: 1 };
  const logs = [[1, 2], [1, 2], [1], [1], [1, 3]];
  const cluster = clusterWith(logs.map((log) => ({ log, currentTerm: 3, options })));
  cluster.campaign(n1);
  cluster.deliver();
  cluster.deliver();
  assert.equal(cluster.leader.id, n1);
  cluster.deliver(({ to }) => to === n3 || to === n4);
  cluster.drop(carries(3));
  cluster.deliver(({ to }) => to === n1);
  cluster.deliver(carries(2));
  cluster.deliver(({ to }) => to === n1);
  assert.deepEqual(
    cluster.members.map((node) => node.log),
    [
      [1, 2, 4],
      [1, 2],
      [1, 2],
      [1, 2],
      [1, 3],
    ],
  );
  return cluster;
}

test('(c) an entry of term 2 on a majority is not committed in term 4 (3.6.2) [R2]', () => {
  const cluster = untilC();
  const { progress } = cluster.leader.state.leadership ?? {};
  assert.deepEqual([progress?.get(n3)?.matchIndex, progress?.get(n4)?.matchIndex], [2, 2]);
  for (const node of cluster.members) assert.equal(node.state.commitIndex, 0);
});

test('(d) if S1 dies then, S5 may be elected and replace that entry (3.6.2) [R2]', () => {
  const cluster = untilC();
  cluster.drop();
  cluster.isolate(n1);
  cluster.elect(n5);
  cluster.heal();
  cluster.advance(200);
  for (const node of cluster.members) {
    assert.deepEqual(node.log, [1, 3, 5]);
    assert.equal(node.state.commitIndex, 3);
  }
});

test('(e) once an entry of term 4 is on a majority both are committed, and S5 loses [R2]', () => {
  const cluster = untilC();
  cluster.deliver(({ to }) => to === n3 || to === n4);
  cluster.deliver(({ to }) => to === n1);
  assert.equal(cluster.leader.state.commitIndex, 3);
  cluster.drop();
  cluster.isolate(n1);
  cluster.campaign(n5);
  cluster.settle();
  assert.notEqual(cluster.member(n5).state.role, 'leader');
  cluster.elect(n3);
  cluster.heal();
  cluster.advance(200);
  for (const node of cluster.members) assert.deepEqual(node.log.slice(0, 3), [1, 2, 4]);
  assert.equal(cluster.member(n2).state.commitIndex, 4);
});
