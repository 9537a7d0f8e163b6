/** Tests how much a leader sends in one turn, and to whom. The window of a peer is in progress.test.ts. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appendEntriesReply, ofType } from './messages.js';
import { makeLeader, Node, type NodeSetup, n1, n2, n3 } from './node.js';

/** Returns n1 as the leader of term 1, which streams to n2 and n3. */
function streaming(options: NodeSetup['options'] = {}): Node {
  const node = new Node({ options });
  makeLeader(node);
  for (const peer of [n2, n3]) node.step(appendEntriesReply(peer, n1, 1, { match: 1 }));
  node.run();
  return node;
}

/** Returns whom one turn sends entries, in order. */
function turn(node: Node): string[] {
  const sent = ofType(node.take(), 'AppendEntries').filter(({ entries }) => entries.length > 0);
  return sent.map(({ to, entries }) => `${to} ${entries.map(({ index }) => index).join()}`);
}

test('the peers take turns, one message each', () => {
  const node = streaming({ appendBytesMax: 100 });
  for (let at = 0; at < 3; at += 1) node.raft.propose('x'.repeat(80));
  assert.deepEqual(turn(node), ['n2 2', 'n3 2', 'n2 3', 'n3 3', 'n2 4', 'n3 4']);
  assert.equal(node.raft.hasMoreToSend, false);
});

test('a turn ends at its limit of bytes, and the next one goes on', () => {
  const node = streaming({ appendBytesMax: 100, sendBytesPerTurnMax: 200 });
  for (let at = 0; at < 3; at += 1) node.raft.propose('x'.repeat(80));
  assert.deepEqual(turn(node), ['n2 2', 'n3 2']);
  assert.equal(node.raft.hasMoreToSend, true);
  assert.deepEqual(turn(node), ['n2 3', 'n3 3']);
  assert.deepEqual(turn(node), ['n2 4', 'n3 4']);
  assert.equal(node.raft.hasMoreToSend, false);
});

test('every peer is sent a message in each turn, whatever the limit is', () => {
  const node = streaming({ sendBytesPerTurnMax: 1 });
  node.raft.propose('x'.repeat(500));
  assert.deepEqual(turn(node), ['n2 2', 'n3 2']);
});

test('a new round is sent in the turn in which it begins, before more of a large log', () => {
  const node = streaming({ appendBytesMax: 100, sendBytesPerTurnMax: 100 });
  for (let at = 0; at < 5; at += 1) node.raft.propose('x'.repeat(80));
  node.take();
  node.wait(50);
  const round = node.state.leadership?.rounds.latest;
  const sent = ofType(node.take(), 'AppendEntries');
  for (const peer of [n2, n3]) {
    assert.ok(sent.some((message) => message.to === peer && message.round === round));
  }
});

test('a leader whose windows are full has nothing more to send', () => {
  const node = streaming({ inflightMessagesMax: 1, sendBytesPerTurnMax: 1 });
  for (let at = 0; at < 3; at += 1) node.raft.propose('x');
  node.take();
  node.raft.propose('y');
  assert.equal(node.raft.hasMoreToSend, false);
  node.step(appendEntriesReply(n2, n1, 1, { match: 4 }));
  assert.equal(node.raft.hasMoreToSend, true);
});

test('a follower has nothing to send', () => {
  assert.equal(new Node().raft.hasMoreToSend, false);
});
