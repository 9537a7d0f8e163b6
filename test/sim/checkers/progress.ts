import type { NodeId, Progress, RaftState } from '../../../src/raft/index.js';
import type { SimNode } from '../node.js';
import { violate } from '../violation.js';

/** What a leader takes for matched is on the peer's disk, and never falls in its term. */
export class ProgressChecker {
  readonly #nodes: ReadonlyMap<NodeId, SimNode>;
  /** A peer that comes back after its removal begins anew, with another object. */
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
        violate('match-index', `${node.id} takes ${matchIndex} for synced at ${id}`);
      }
    }
  }
}

/** A peer that is in a later term by now may have lost it again. */
function isMatched({ disk }: SimNode, { log, currentTerm }: Readonly<RaftState>, index: number) {
  if (disk.hardState.currentTerm > currentTerm || index <= disk.snapshot.index) return true;
  if (index < log.base.index) return index <= disk.lastIndex;
  return disk.termAt(index) === log.termAt(index as typeof log.lastIndex);
}
