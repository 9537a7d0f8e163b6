/** Elections without PreVote: timeouts, votes and terms (3.3, 3.4, 3.6.1, 3.8). */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message } from '../../src/raft/index.js';
import { clusterOf } from './cluster.js';
import {
  appendEntries,
  appendEntriesReply,
  ofType,
  preVoteReply,
  readIndex,
  requestVote,
  requestVoteReply,
  theOnly,
} from './messages.js';
import { bare, entriesOf, makeLeader, Node, n1, n2, n3, n4, n5 } from './node.js';

/** Returns n1 as a candidate of term 1 whose own vote is durable. */
function candidate(voters = [n1, n2, n3]): Node {
  const node = new Node({ voters, options: bare });
  node.wait(600);
  node.run();
  assert.equal(node.state.role, 'candidate');
  return node;
}

test('a node starts as a follower (3.4)', () => {
  const node = new Node();
  assert.equal(node.state.role, 'follower');
  assert.deepEqual(node.run(), []);
});

test('a follower that hears from no leader for its timeout asks all others for a vote (3.4) [E1]', () => {
  const node = new Node({ log: [1, 1, 2], options: bare });
  node.wait(299);
  assert.equal(node.state.role, 'follower');
  node.wait(301);
  const sent = node.run();
  assert.equal(node.state.role, 'candidate');
  assert.equal(node.state.currentTerm, 3);
  assert.equal(node.state.votedFor, n1);
  assert.deepEqual(sent, [requestVote(n1, n2, 3, [3, 2]), requestVote(n1, n3, 3, [3, 2])]);
});

test('a follower that keeps hearing its leader stays a follower (3.4) [E1]', () => {
  const node = new Node({ options: bare });
  for (let round = 1; round <= 20; round += 1) {
    node.wait(299);
    node.step(appendEntries(n2, n1, 1, { round }));
  }
  assert.equal(node.state.role, 'follower');
  assert.equal(node.state.leaderId, n2);
});

test('each election timeout is drawn anew from [min, max) (3.4) [E1]', () => {
  const node = new Node({ options: bare });
  const timeouts = new Set<number>();
  for (let round = 1; round <= 1000; round += 1) {
    node.step(appendEntries(n2, n1, 1, { round }));
    timeouts.add(node.state.electionDeadlineMs - node.state.nowMs);
    node.run();
  }
  assert.ok(Math.min(...timeouts) >= 300 && Math.max(...timeouts) < 600);
  assert.ok(timeouts.size > 200, `${timeouts.size} different timeouts`);
});

test('an election ends as soon as the votes decide it (3.4)', () => {
  const cases: [voters: number, granted: number, refused: number, role: string][] = [
    [1, 0, 0, 'leader'],
    [3, 1, 0, 'leader'],
    [3, 0, 0, 'candidate'],
    [3, 0, 1, 'candidate'],
    [3, 0, 2, 'follower'],
    [4, 1, 1, 'candidate'],
    [4, 1, 2, 'follower'],
    [5, 2, 0, 'leader'],
    [5, 2, 2, 'leader'],
    [5, 1, 2, 'candidate'],
    [5, 1, 3, 'follower'],
  ];
  const ids = [n1, n2, n3, n4, n5];
  for (const [voters, granted, refused, role] of cases) {
    const node = new Node({ voters: ids.slice(0, voters), options: bare });
    node.wait(600);
    node.run();
    for (let at = 1; at <= granted + refused; at += 1) {
      node.step(requestVoteReply(ids[at] ?? n1, n1, 1, at <= granted));
    }
    assert.equal(node.state.role, role, `${granted} for, ${refused} against, of ${voters}`);
    assert.equal(node.state.currentTerm, 1);
  }
});

test('a candidate without a decision starts another election in a new term (3.4) [E2]', () => {
  const node = candidate();
  const before = node.state.electionDeadlineMs - node.state.nowMs;
  node.step(requestVoteReply(n2, n1, 1, false));
  node.wait(600);
  assert.equal(node.state.role, 'candidate');
  assert.equal(node.state.currentTerm, 2);
  assert.equal(node.state.votes.size, 1);
  assert.notEqual(node.state.electionDeadlineMs - node.state.nowMs, before);
});

test('a split vote is resolved, as the next timeouts differ (3.4) [E2]', () => {
  for (const options of [bare, {}]) {
    const cluster = clusterOf(4, options);
    cluster.nowMs = 600;
    for (const node of cluster.members) node.setClock(600);
    for (const node of cluster.members) node.tick();
    cluster.settle();
    assert.equal(cluster.inRole('leader').length, 0, 'the vote is split at first');
    cluster.advance(1200);
    assert.equal(cluster.inRole('leader').length, 1);
  }
});

test('followers seldom campaign at the same time (3.4) [E2]', () => {
  const roundTripMs = 10;
  let conflicts = 0;
  for (let prngSeed = 0; prngSeed < 1000; prngSeed += 1) {
    const deadlines = [n1, n2, n3, n4, n5]
      .map((id, at) => new Node({ id, options: { prngSeed: prngSeed * 5 + at } }))
      .map((node) => node.state.electionDeadlineMs)
      .sort((a, b) => a - b);
    if ((deadlines[1] ?? 0) - (deadlines[0] ?? 0) <= roundTripMs) conflicts += 1;
  }
  assert.ok(conflicts < 250, `${conflicts} conflicts in 1000 elections`);
});

test('a candidate that hears from the leader of its term becomes its follower (3.4) [E3]', () => {
  for (const term of [1, 2]) {
    const node = candidate();
    node.step(appendEntries(n2, n1, term));
    assert.equal(node.state.role, 'follower');
    assert.equal(node.state.leaderId, n2);
    assert.equal(node.state.currentTerm, term);
  }
});

test('a candidate refuses a leader of an older term, and stays candidate (3.4) [E3]', () => {
  const node = new Node({ currentTerm: 4, options: bare });
  node.wait(600);
  node.run();
  node.step(appendEntries(n2, n1, 4));
  assert.equal(node.state.role, 'candidate');
  assert.deepEqual(node.run(), [appendEntriesReply(n1, n2, 5, { round: 0 })]);
});

const higherTerm: Message[] = [
  requestVote(n2, n1, 9, [0, 0]),
  requestVoteReply(n2, n1, 9, false),
  preVoteReply(n2, n1, 9, false),
  appendEntries(n2, n1, 9),
  appendEntriesReply(n2, n1, 9, { round: 0 }),
  readIndex(n2, n1, 9, 1),
];

test('a node that sees a higher term becomes follower in it, without a vote (3.3) [E4]', () => {
  for (const message of higherTerm) {
    for (const role of ['follower', 'candidate', 'leader']) {
      const node = new Node({ log: [1], options: bare });
      if (role === 'candidate') node.wait(600);
      if (role === 'leader') makeLeader(node);
      assert.equal(node.state.role, role);
      node.run();
      node.step(message);
      assert.equal(node.state.role, 'follower', message.type);
      assert.equal(node.state.currentTerm, 9);
      assert.equal(node.state.votedFor, null);
      assert.equal(node.state.leaderId, message.type === 'AppendEntries' ? n2 : null);
    }
  }
});

test('a higher term is durable before anything is answered in it (3.3) [E4]', () => {
  for (const message of higherTerm) {
    const node = new Node({ log: [1], options: bare });
    node.step(message);
    assert.deepEqual(node.take(), [], message.type);
    assert.ok(node.isWriting);
    node.sync();
    assert.equal(node.store.state.hardState.currentTerm, 9);
    for (const answer of node.take()) assert.equal(answer.term, 9);
  }
});

test("a vote goes only to a log at least as up to date as the voter's (3.6.1) [E5]", () => {
  const cases: [own: number[], last: [number, number], granted: boolean][] = [
    [[1], [1, 1], true],
    [[1], [2, 1], true],
    [[1, 1], [1, 1], false],
    [[1], [1, 2], true],
    [[1], [2, 2], true],
    [[1, 1], [1, 2], true],
    [[2], [1, 1], false],
    [[2], [2, 1], false],
    [[1, 2], [1, 1], false],
    [[], [0, 0], true],
    [[1], [0, 0], false],
  ];
  for (const [log, last, granted] of cases) {
    const node = new Node({ log, options: bare });
    node.step(requestVote(n2, n1, 3, last));
    assert.deepEqual(node.run(), [requestVoteReply(n1, n2, 3, granted)], `${log} / ${last}`);
    assert.equal(node.store.state.hardState.votedFor, granted ? n2 : null);
  }
});

test('a node gives one vote a term, to the first candidate that asks (3.4) [E5]', () => {
  const node = new Node({ options: bare });
  node.step(requestVote(n2, n1, 1, [0, 0]), requestVote(n3, n1, 1, [5, 1]));
  assert.deepEqual(node.run(), [
    requestVoteReply(n1, n2, 1, true),
    requestVoteReply(n1, n3, 1, false),
  ]);
});

test('a candidate that asks again is given the same vote again (3.4) [E5]', () => {
  const node = new Node({ options: bare });
  const request = requestVote(n2, n1, 1, [0, 0]);
  node.step(request, request);
  const vote = requestVoteReply(n1, n2, 1, true);
  assert.deepEqual(node.run(), [vote, vote]);
  assert.equal(node.events.filter((event) => event.type === 'votedFor').length, 1);
});

test('a candidate of an older term is refused with the current term (3.3) [E5]', () => {
  const node = new Node({ currentTerm: 5, options: bare });
  node.step(requestVote(n2, n1, 4, [9, 4]));
  assert.deepEqual(node.run(), [requestVoteReply(n1, n2, 5, false)]);
});

test('only a granted vote resets the election timer (3.4)', () => {
  const refuses = new Node({ log: [2], options: bare });
  const grants = new Node({ log: [2], options: bare });
  const before = grants.state.electionDeadlineMs;
  for (const node of [refuses, grants]) node.setClock(200);
  refuses.step(requestVote(n2, n1, 3, [1, 1]));
  grants.step(requestVote(n2, n1, 3, [1, 2]));
  assert.equal(refuses.state.electionDeadlineMs, before);
  assert.ok(grants.state.electionDeadlineMs >= 500);
});

test('a vote survives a crash: no other candidate gets one in its term (3.8) [E6]', () => {
  const node = new Node({ options: bare });
  node.step(requestVote(n2, n1, 7, [0, 0]));
  node.run();
  node.restart();
  node.step(requestVote(n3, n1, 7, [9, 6]), requestVote(n2, n1, 7, [0, 0]));
  assert.deepEqual(node.run(), [
    requestVoteReply(n1, n3, 7, false),
    requestVoteReply(n1, n2, 7, true),
  ]);
});

test('a vote that a crash loses was never sent, so another candidate may have it (3.8) [E6]', () => {
  const node = new Node({ options: bare });
  node.step(requestVote(n2, n1, 7, [0, 0]));
  assert.deepEqual(node.take(), []);
  node.restart();
  node.step(requestVote(n3, n1, 7, [0, 0]));
  assert.deepEqual(node.run(), [requestVoteReply(n1, n3, 7, true)]);
});

test('a candidate that crashes has still voted for itself (3.8) [E6]', () => {
  const node = candidate();
  node.restart();
  node.step(requestVote(n2, n1, 1, [9, 1]));
  assert.deepEqual(node.run(), [requestVoteReply(n1, n2, 1, false)]);
});

test('a vote of an older term does not count (3.4) [E7]', () => {
  const node = candidate();
  node.wait(600);
  node.run();
  assert.equal(node.state.currentTerm, 2);
  node.step(requestVoteReply(n2, n1, 1, true), requestVoteReply(n3, n1, 1, true));
  assert.equal(node.state.role, 'candidate');
});

test('a vote that comes twice counts once (3.4) [E7]', () => {
  const node = candidate([n1, n2, n3, n4, n5]);
  node.step(requestVoteReply(n2, n1, 1, true), requestVoteReply(n2, n1, 1, true));
  assert.equal(node.state.role, 'candidate');
  node.step(requestVoteReply(n3, n1, 1, true));
  assert.equal(node.state.role, 'leader');
});

test('votes that come after the election change nothing (3.4) [E7]', () => {
  const node = candidate();
  node.step(requestVoteReply(n2, n1, 1, true));
  const lastIndex = node.state.log.lastIndex;
  node.step(requestVoteReply(n3, n1, 1, true), requestVoteReply(n2, n1, 1, false));
  assert.equal(node.state.role, 'leader');
  assert.equal(node.state.log.lastIndex, lastIndex);
});

test('the vote of a node that is not a voter does not count (4.2.1) [E13]', () => {
  const node = candidate();
  node.step(requestVoteReply(n4, n1, 1, true), requestVoteReply(n5, n1, 1, true));
  assert.equal(node.state.role, 'candidate');
});

test('delayed requests for votes do not depose a leader (4.2.3) [E13]', () => {
  const cluster = clusterOf(3);
  cluster.campaign(n3);
  cluster.deliver();
  cluster.deliver();
  const late = ofType(cluster.network, 'RequestVote');
  assert.equal(late.length, 2);
  cluster.drop();
  cluster.elect(n1);
  const { currentTerm } = cluster.member(n1).state;
  cluster.network.push(...late);
  cluster.settle();
  assert.equal(cluster.leader.id, n1);
  assert.equal(cluster.leader.state.currentTerm, currentTerm);
});

test('delayed votes still elect a leader when no other was elected (3.4) [E13]', () => {
  const cluster = clusterOf(3, bare);
  cluster.campaign(n1);
  cluster.deliver();
  const votes = cluster.network.splice(0);
  cluster.advance(100);
  cluster.network.push(...votes);
  cluster.settle();
  assert.equal(cluster.leader.id, n1);
});

test('a new leader sends AppendEntries to all others at once (3.4)', () => {
  const node = new Node({ options: bare });
  const sent = makeLeader(node);
  assert.deepEqual(new Set(ofType(sent, 'AppendEntries').map(({ to }) => to)), new Set([n2, n3]));
});

test('a single voter is elected by its own durable vote (3.4)', () => {
  const node = new Node({ voters: [n1], options: bare });
  node.wait(600);
  node.take();
  assert.equal(node.state.role, 'candidate');
  node.sync();
  assert.equal(node.state.role, 'leader');
});

test('a learner never campaigns, and is not asked for its vote (4.2.1)', () => {
  const learner = new Node({ id: n3, voters: [n1, n2], learners: [n3] });
  for (let waits = 0; waits < 10; waits += 1) learner.wait(600);
  assert.equal(learner.state.role, 'follower');
  const voter = new Node({ voters: [n1, n2], learners: [n3], options: bare });
  voter.wait(600);
  assert.equal(theOnly(voter.run(), 'RequestVote').to, n2);
});

test('with fastFailover a lost connection to the leader starts an election at once', () => {
  for (const fastFailover of [true, false]) {
    const node = new Node({ options: { fastFailover } });
    node.step(appendEntries(n2, n1, 1, { entries: entriesOf([1]) }));
    node.run();
    node.raft.peerLost(n3);
    assert.equal(node.state.leaderId, n2, 'n3 does not lead');
    node.raft.peerLost(n2);
    node.wait(50);
    assert.equal(node.state.role, fastFailover ? 'preCandidate' : 'follower');
  }
});

test('the same seed draws the same timeouts', () => {
  const deadlines = [1, 2].map(() => new Node({ options: { prngSeed: 42 } }));
  assert.equal(deadlines[0]?.state.electionDeadlineMs, deadlines[1]?.state.electionDeadlineMs);
});
