/**
 * Figure 7 of the extended paper, Figure 3.6 of the dissertation: the leader of term 8 and the six
 * logs that it repairs.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clusterWith } from './cluster.js';
import { ofType } from './messages.js';
import { entriesOf, makeLeader, Node, n1, n2 } from './node.js';

const leaderLog = [1, 1, 1, 4, 4, 5, 5, 6, 6, 6];
const followers: readonly [name: string, log: readonly number[], refusals: number][] = [
  ['a', [1, 1, 1, 4, 4, 5, 5, 6, 6], 1],
  ['b', [1, 1, 1, 4], 1],
  ['c', [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6], 0],
  ['d', [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7], 0],
  ['e', [1, 1, 1, 4, 4, 4, 4], 2],
  ['f', [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3], 1],
];

for (const [name, log, refusals] of followers) {
  test(`follower (${name}) is brought to the leader's log after ${refusals} refusals (3.5) [R1]`, () => {
    const leader = new Node({ log: leaderLog, currentTerm: 7 });
    const follower = new Node({ id: n2, log, currentTerm: 7 });
    let refused = 0;
    for (let sent = makeLeader(leader); sent.length > 0; sent = leader.run()) {
      follower.step(...sent.filter((message) => message.to === n2));
      const replies = ofType(follower.run(), 'AppendEntriesReply');
      refused += replies.filter((reply) => reply.rejection !== null).length;
      leader.step(...replies);
    }
    assert.deepEqual(follower.log, [...leaderLog, 8]);
    assert.deepEqual(follower.store.state.entries.slice(0, 10), entriesOf(leaderLog));
    assert.equal(leader.state.leadership?.progress.get(n2)?.matchIndex, 11);
    assert.equal(refused, refusals);
  });
}

test('all of Figure 7 at once: the leader wins, and six logs become like its own (3.5) [R1]', () => {
  const logs = [leaderLog, ...followers.map(([, log]) => log)];
  const cluster = clusterWith(logs.map((log) => ({ log, currentTerm: 7 })));
  cluster.elect(n1);
  cluster.advance(100);
  assert.equal(cluster.leader.state.currentTerm, 8);
  for (const node of cluster.members) {
    assert.deepEqual(node.log, [...leaderLog, 8]);
    assert.equal(node.state.commitIndex, 11);
  }
});

test('a long conflict costs a round trip for each term, not for each entry (3.5) [R1]', () => {
  const leader = new Node({ log: [1, ...Array(500).fill(4)] });
  const follower = new Node({ id: n2, log: [1, ...Array(300).fill(2), ...Array(300).fill(3)] });
  let refused = 0;
  for (let sent = makeLeader(leader); sent.length > 0; sent = leader.run()) {
    follower.step(...sent.filter((message) => message.to === n2));
    const replies = ofType(follower.run(), 'AppendEntriesReply');
    refused += replies.filter((reply) => reply.rejection !== null).length;
    leader.step(...replies);
  }
  assert.deepEqual(follower.log, leader.log);
  assert.ok(refused <= 2, `${refused} refusals`);
});
