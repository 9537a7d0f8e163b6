/** A leader whose log begins after its snapshot, for tests that send the snapshot to a peer. */

import assert from 'node:assert/strict';
import type { InstallSnapshot, Message, NodeId, Progress } from '../../src/raft/index.js';
import { appendEntriesReply, ofType, rejection } from './messages.js';
import { makeLeader, Node, type NodeSetup, n1, n2, n3 } from './node.js';

/** The chunks of a short snapshot. */
export const data = ['one,', 'two,', 'three'];
/** The chunks of a longer one. */
export const many = Array.from({ length: 12 }, (_, number) => `chunk ${number},`);

export function progressOf(node: Node, peer: NodeId = n2): Progress {
  const progress = node.state.leadership?.progress.get(peer);
  assert.ok(progress, 'no progress is kept');
  return progress;
}

/** Returns n1 as the leader of term 2 with a log after index 9. n3 has all of it, n2 nothing. */
export function leader(setup: NodeSetup = {}): Node {
  const node = new Node({ base: { index: 9, term: 1 }, chunks: data, log: [1], ...setup });
  makeLeader(node);
  node.step(appendEntriesReply(n3, n1, 2, { match: 11 }));
  node.run();
  const short = rejection(10, { term: null, index: 1 });
  node.step(appendEntriesReply(n2, n1, 2, { rejection: short }));
  return node;
}

/** Returns the chunks among `messages` that go to `peer`. */
function chunksTo(messages: readonly Message[], peer = n2): InstallSnapshot[] {
  return ofType(messages, 'InstallSnapshot').filter(({ to }) => to === peer);
}

/** Returns the numbers of the chunks that go to n2. */
export function numbersOf(messages: readonly Message[]): number[] {
  return chunksTo(messages).map(({ chunk }) => chunk.number);
}
