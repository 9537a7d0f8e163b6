/**
 * Checks what answers promise on whole clusters under random faults. The simulator (test/sim) does
 * the same with far more faults; this is the quick version.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Prng } from '../../src/base/prng.js';
import type { Outcome, Request } from '../../src/replica/index.js';
import type { Cluster } from '../raft/cluster.js';
import { n1, n2, n3 } from '../raft/node.js';
import { connection, type ReplicaNode, threeReplicas } from './replica-node.js';

interface Sent {
  readonly node: ReplicaNode;
  readonly request: Request;
  readonly word: string;
}

function disturb(cluster: Cluster<ReplicaNode>, prng: Prng): void {
  const id = prng.pick([n1, n2, n3]);
  const fault = prng.below(20);
  if (fault === 0) cluster.isolate(id);
  else if (fault === 1) cluster.cut(id, prng.pick([n1, n2, n3]));
  else if (fault < 4) cluster.heal();
  cluster.drop(() => prng.chance(0.05));
}

/** Sends unique words as writes to random nodes while the network is disturbed. */
function disturbedRun(seed: number): { cluster: Cluster<ReplicaNode>; sent: Sent[] } {
  const prng = new Prng(seed);
  const cluster = threeReplicas({ prngSeed: seed, checkQuorum: seed % 2 === 0 });
  const sent: Sent[] = [];
  for (let step = 0; step < 300; step += 1) {
    const node = prng.pick(cluster.members);
    const word = `word${step}.`;
    sent.push({ node, word, request: node.send(connection(), `append k ${word}`) });
    disturb(cluster, prng);
    cluster.collect();
    cluster.deliver(() => prng.chance(0.7));
    cluster.advance(prng.below(4) * 10);
  }
  cluster.heal();
  cluster.advance(8000);
  return { cluster, sent };
}

function timesIn(text: string, word: string): number {
  return text.split(word).length - 1;
}

/** How often a write may be in the final state, by its answer. */
const allowed: Partial<Record<Outcome['type'], readonly number[]>> = {
  integer: [1],
  notLeader: [0],
  overloaded: [0],
  uncertain: [0, 1],
};

test('an acknowledged write is in the state once, a refused one never, others at most once [C5] [C6]', () => {
  const seen = new Set<string>();
  for (let seed = 1; seed <= 10; seed += 1) {
    const { cluster, sent } = disturbedRun(seed);
    const state = cluster.leader.value('k') ?? '';
    for (const { node, request, word } of sent) {
      const outcome = node.outcome(request);
      assert.ok(outcome, `${word} was never answered`);
      seen.add(outcome.type);
      assert.ok(allowed[outcome.type]?.includes(timesIn(state, word)), `${word}: ${outcome.type}`);
    }
    for (const node of cluster.members) assert.equal(node.value('k'), state);
  }
  assert.deepEqual([...seen].sort(), ['integer', 'notLeader', 'uncertain']);
});
