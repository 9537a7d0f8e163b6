/**
 * Checks leases at every moment, not only when a client reads: the reads of a run would hit a wrong
 * lease too rarely. What clients read is checked in clients.ts.
 */

import { hasLease } from '../../../src/raft/read-index.js';
import type { SimNode } from '../node.js';
import { violate } from '../violation.js';
import type { Committed } from './committed.js';

export class Leases {
  readonly #committed: Committed;

  constructor(committed: Committed) {
    this.#committed = committed;
  }

  /**
   * Checks that no leader would serve a read by its lease now, once a leader of a later term has
   * committed (6.4.1). A node that is busy or paused is asked too: it reads its clock before it
   * serves anything.
   */
  afterStep(nodes: readonly SimNode[], nowMs: number): void {
    const term = this.#committed.commitTerm;
    for (const node of nodes) {
      const raft = node.replica?.raftState;
      if (!raft?.leadership || raft.currentTerm >= term) continue;
      if (!hasLease({ ...raft, nowMs: node.clock.at(nowMs) })) continue;
      violate(
        'lease-reads',
        `${node.id} has a lease in term ${raft.currentTerm}, but term ${term} has committed`,
      );
    }
  }
}
