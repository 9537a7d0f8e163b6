/**
 * A follower that hears from its leader must not help to end its term, whatever late messages of an
 * election it meets: the leader's lease counts on it (4.2.3, 6.4.1).
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message, NodeId } from '../../src/raft/index.js';
import { appendEntries, preVoteReply, requestVote, requestVoteReply } from './messages.js';
import { Node, n1, n2, n3, n4, n5 } from './node.js';

/** A follower of n1 in term 1 that has just heard it. */
function follower(): Node {
  const node = new Node({ id: n2, voters: [n1, n2, n3] });
  node.step(appendEntries(n1, n2, 1));
  node.run();
  return node;
}

test('a refused PreVoteReply of a higher term is ignored while a leader is alive (4.2.3)', () => {
  const node = follower();
  node.step(preVoteReply(n3, n2, 2, false));
  assert.equal(node.state.currentTerm, 1);
  assert.equal(node.state.leaderId, n1);
});

test('a RequestVoteReply of a higher term is ignored while a leader is alive (4.2.3)', () => {
  const node = follower();
  node.step(requestVoteReply(n3, n2, 2, false));
  assert.equal(node.state.currentTerm, 1);
  assert.equal(node.state.leaderId, n1);
});

test('both are adopted once no leader has been heard for the smallest election timeout (3.3)', () => {
  for (const reply of [preVoteReply, requestVoteReply]) {
    const node = follower();
    node.wait(300);
    node.step(reply(n3, n2, 2, false));
    assert.equal(node.state.currentTerm, 2);
    assert.equal(node.state.leaderId, null);
  }
});

test('no first vote is given while a leader is alive, in an equal term neither (4.2.3)', () => {
  const node = new Node({ id: n2, voters: [n1, n2, n3], currentTerm: 1 });
  // It may have heard from a leader just before it restarted.
  node.step(requestVote(n3, n2, 1, [0, 0]));
  assert.deepEqual(node.run(), [requestVoteReply(n2, n3, 1, false)]);
  assert.equal(node.state.votedFor, null);
  node.wait(300);
  node.step(requestVote(n3, n2, 1, [0, 0]));
  assert.deepEqual(node.run(), [requestVoteReply(n2, n3, 1, true)]);
});

test('a vote once given is repeated, although a leader is alive', () => {
  const node = new Node({ id: n2, voters: [n1, n2, n3], currentTerm: 1, votedFor: n3 });
  node.step(requestVote(n3, n2, 1, [0, 0]));
  assert.deepEqual(node.run(), [requestVoteReply(n2, n3, 1, true)]);
});

test('the vote that a transfer asks for is given, although a leader is alive (3.10)', () => {
  const node = follower();
  node.step({ ...requestVote(n3, n2, 2, [0, 0]), isTransfer: true });
  assert.equal(node.state.votedFor, n3);
});

/** Lets n1 campaign, and delivers every message until none is left. */
function electFirst(nodes: ReadonlyMap<NodeId, Node>): void {
  const first = nodes.get(n1) as Node;
  first.tick();
  for (let sent = first.run(); sent.length > 0; ) {
    for (const message of sent) nodes.get(message.to)?.step(message);
    sent = [...nodes.values()].flatMap((each) => each.run());
  }
  assert.equal(first.state.role, 'leader');
}

/**
 * n1 leads five nodes in term 1 with the default options. n3 and n4 are cut off from it, all clocks
 * are equal, and no link reorders messages. n3 campaigns with the votes of n3 and n4, and needs
 * that of n2, which hears from its leader again, but also a late refusal of term 2.
 */
test('the election of another leader waits until the lease is over (6.4.1)', () => {
  const voters = [n1, n2, n3, n4, n5];
  const nodes = new Map(voters.map((id) => [id, new Node({ id, voters })]));
  const node = (id: NodeId) => nodes.get(id) as Node;
  let nowMs = 0;
  const setTime = (ms: number) => {
    nowMs = ms;
    for (const each of nodes.values()) each.setClock(ms);
  };
  const to = (sent: readonly Message[], ...ids: NodeId[]) =>
    sent.filter((message) => ids.includes(message.to));
  const deliver = (sent: readonly Message[]) => {
    for (const message of sent) node(message.to).step(message);
  };

  setTime(600);
  electFirst(nodes);

  // Heartbeats reach n5 alone, until n3 and n2 have waited for long enough.
  const { electionDeadlineMs: deadline3 } = node(n3).state;
  const electionAtMs = Math.ceil(Math.max(deadline3, node(n2).state.electionDeadlineMs));
  for (let ms = nowMs + 50; ms <= electionAtMs; ms += 50) {
    setTime(ms);
    node(n1).tick();
    deliver(to(node(n1).run(), n5));
    deliver(to(node(n5).run(), n1));
  }
  setTime(electionAtMs);
  node(n3).tick();
  node(n2).tick();
  const preVotesOf3 = node(n3).run();
  const preVotesOf2 = node(n2).run();
  deliver(to(preVotesOf3, n2, n4));
  deliver(to(node(n2).run(), n3));
  deliver(to(node(n4).run(), n3));
  const requestsOf3 = node(n3).run();
  assert.equal(node(n3).state.role, 'candidate');
  deliver(to(requestsOf3, n4));
  deliver(to(node(n4).run(), n3));
  // n4 has voted in term 2, and so refuses n2's PreVote with that term.
  deliver(to(preVotesOf2, n4));
  const refusal = to(node(n4).run(), n2);

  // The next heartbeat reaches n2 as well: with n5 and itself, the leader has a fresh lease.
  setTime(Math.max(node(n1).state.leadership?.heartbeatDeadlineMs ?? 0, nowMs + 2));
  node(n1).tick();
  deliver(to(node(n1).run(), n2, n5));
  deliver(to(node(n2).run(), n1));
  deliver(to(node(n5).run(), n1));
  assert.equal(node(n1).state.leadership?.rounds.confirmedStartMs, nowMs);

  setTime(nowMs + 3);
  deliver(refusal);
  deliver(to(requestsOf3, n2));
  deliver(to(node(n2).run(), n3));
  node(n3).run();
  assert.equal(node(n2).state.leaderId, n1);
  assert.equal(node(n3).state.role, 'candidate');
  node(n1).raft.requestRead(77, 'lease');
  node(n1).run();
  assert.equal(node(n1).readResults.find(({ readId }) => readId === 77)?.index, 1);
});
