import type { NodeId, RaftState } from '../../../src/raft/index.js';
import type { SimNode } from '../node.js';
import { violate } from '../violation.js';

/** What a leader takes for matched is on the peer's disk, and never falls in its term. */
export class ProgressChecker {
  readonly #nodes: ReadonlyMap<NodeId, SimNode>;
  readonly #matched = new Map<NodeId, number>();
  /** Of the leadership that was looked at last, for each node. */
  readonly #seen: { leadership: RaftState['leadership']; matchIndexes: Map<NodeId, number> }[];

  constructor(nodes: readonly SimNode[]) {
    this.#nodes = new Map(nodes.map((node) => [node.id, node]));
    this.#seen = nodes.map(() => ({ leadership: null, matchIndexes: this.#matched }));
  }

  afterEffects(node: SimNode, { leadership, log, currentTerm }: Readonly<RaftState>): void {
    if (leadership === null) return;
    let seen = this.#seen[node.index];
    if (seen?.leadership !== leadership) {
      seen = { leadership, matchIndexes: new Map() };
      this.#seen[node.index] = seen;
    }
    for (const [id, { matchIndex }] of leadership.progress) {
      const before = seen.matchIndexes.get(id) ?? 0;
      if (matchIndex === before) continue;
      if (matchIndex < before) violate('match-index', `matchIndex of ${id} falls at ${node.id}`);
      seen.matchIndexes.set(id, matchIndex);
      const disk = this.#nodes.get(id)?.disk;
      if (disk?.hardState.currentTerm !== currentTerm) continue;
      if (disk.entryAt(matchIndex)?.term !== log.termAt(matchIndex)) {
        violate('match-index', `${node.id} takes ${matchIndex} for synced at ${id}`);
      }
    }
  }
}
