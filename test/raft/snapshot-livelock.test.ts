/** A follower catches up although its leader takes the next snapshot before the last one is through. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message } from '../../src/raft/index.js';
import { Node, n1, n2, n3 } from './node.js';

const chunkCount = 50;
const voters = [n1, n2, n3];

test('a follower catches up although snapshots are taken while it receives one (5) [S4]', () => {
  const nodes = voters.map((id) => new Node({ id, voters, options: { trailingBytesMax: 0 } }));
  const [leader, , third] = nodes as [Node, Node, Node];
  let nowMs = 600;

  function advance(ms: number): void {
    nowMs += ms;
    for (const node of nodes) node.setClock(nowMs);
    leader.tick();
  }

  /** Delivers messages, but none to `lost`, and no more chunks than `chunksMax`. */
  function exchange(first: readonly Message[], lost: string | null, chunksMax: number): void {
    let chunks = 0;
    for (let sent = first; sent.length > 0; sent = nodes.flatMap((node) => node.run())) {
      for (const message of sent) {
        if (message.type === 'InstallSnapshot') chunks += 1;
        const isLost = message.type === 'InstallSnapshot' && chunks > chunksMax;
        if (isLost || message.to === lost) continue;
        nodes.find(({ id }) => id === message.to)?.step(message);
      }
    }
  }

  function snapshotOf(number: number): Message[] {
    const data = Array.from({ length: chunkCount }, (_, at) => `snapshot ${number} chunk ${at}`);
    return leader.snapshot(...data);
  }

  advance(0);
  exchange(leader.run(), n3, chunkCount);
  leader.raft.propose('first');
  exchange(leader.run(), n3, chunkCount);
  exchange(snapshotOf(0), n3, chunkCount);
  for (let number = 1; third.state.snapshot.index === 0; number += 1) {
    assert.ok(number <= 5, 'it does not catch up');
    advance(50);
    exchange(leader.run(), null, chunkCount - 1);
    leader.raft.propose(`write ${number}`);
    exchange(leader.run(), null, 0);
    if (leader.raft.maySnapshot) exchange(snapshotOf(number), null, 0);
    advance(400);
  }
  exchange(leader.run(), null, chunkCount);
  assert.equal(third.state.commitIndex, leader.state.commitIndex);
});
