/** Checks term and vote in the memory of a node. For those on disk see durability.ts. */

import type { NodeId, RaftState } from '../../../src/raft/index.js';
import type { SimNode } from '../node.js';
import { violate } from '../violation.js';

interface Seen {
  currentTerm: number;
  votedFor: NodeId | null;
}

/** Checks that in one life the term never falls and the vote changes only with it (3.3, 3.4). */
export class HardStates {
  readonly #seen: Seen[];

  constructor(nodeCount: number) {
    this.#seen = Array.from({ length: nodeCount }, () => ({ currentTerm: 0, votedFor: null }));
  }

  afterStart(node: SimNode): void {
    const { currentTerm, votedFor } = node.disk.hardState;
    this.#seen[node.index] = { currentTerm, votedFor };
  }

  afterInput(node: SimNode, { currentTerm, votedFor }: Readonly<RaftState>): void {
    const seen = this.#seen[node.index] as Seen;
    if (currentTerm < seen.currentTerm) {
      violate('monotonic', `the term of ${node.id} falls to ${currentTerm}`);
    }
    const isSameTerm = currentTerm === seen.currentTerm;
    if (isSameTerm && seen.votedFor !== null && votedFor !== seen.votedFor) {
      violate('one-vote-per-term', `the vote of ${node.id} changes in term ${currentTerm}`);
    }
    seen.currentTerm = currentTerm;
    seen.votedFor = votedFor;
  }
}
