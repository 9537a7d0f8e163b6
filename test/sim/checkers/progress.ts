/** Checks the matchIndexes of leaders against the disks of their peers. */

import type { NodeId, Progress, RaftState } from '../../../src/raft/index.js';
import type { SimNode } from '../node.js';
import { violate } from '../violation.js';

/** Checks that matchIndex is on the peer's disk, and never falls during a leadership. */
export class ProgressChecker {
  readonly #nodes: ReadonlyMap<NodeId, SimNode>;
  /** By object, since a peer that is added again after its removal starts over with a new one. */
  readonly #matchIndexes = new WeakMap<Progress, number>();

  constructor(nodes: readonly SimNode[]) {
    this.#nodes = new Map(nodes.map((node) => [node.id, node]));
  }

  afterEffects(node: SimNode, raft: Readonly<RaftState>): void {
    if (raft.leadership === null) return;
    for (const [id, progress] of raft.leadership.progress) {
      const { matchIndex } = progress;
      const before = this.#matchIndexes.get(progress) ?? 0;
      if (matchIndex === before) continue;
      if (matchIndex < before) violate('match-index', `matchIndex of ${id} falls at ${node.id}`);
      this.#matchIndexes.set(progress, matchIndex);
      const peer = this.#nodes.get(id);
      if (peer && !isMatched(peer, raft, matchIndex)) {
        violate('match-index', `${node.id} wrongly counts ${matchIndex} as synced at ${id}`);
      }
    }
  }
}

/** Returns whether the peer's disk holds the entry. A peer in a later term may have removed it. */
function isMatched({ disk }: SimNode, { log, currentTerm }: Readonly<RaftState>, index: number) {
  if (disk.hardState.currentTerm > currentTerm || index <= disk.snapshot.index) return true;
  if (index < log.base.index) return index <= disk.lastIndex;
  return disk.termAt(index) === log.termAt(index as typeof log.lastIndex);
}
