import type { Machine } from '../../../src/kv/index.js';
import type { Replica } from '../../../src/replica/index.js';
import type { SimNode } from '../node.js';
import { violate } from '../violation.js';
import type { Committed } from './committed.js';

/** A node that has applied up to an index is equal to the ghost at that index (3.6.3). */
export class StateMachines {
  readonly #committed: Committed;
  readonly #lastApplied: number[];

  constructor(nodeCount: number, committed: Committed) {
    this.#committed = committed;
    this.#lastApplied = new Array(nodeCount).fill(0);
  }

  afterStart(node: SimNode): void {
    this.#lastApplied[node.index] = 0;
  }

  afterEffects(node: SimNode, replica: Replica): void {
    const { lastApplied } = replica.raft;
    const before = this.#lastApplied[node.index] as number;
    if (lastApplied === before) return;
    if (lastApplied < before) {
      violate('monotonic', `lastApplied of ${node.id} falls from ${before} to ${lastApplied}`);
    }
    this.#lastApplied[node.index] = lastApplied;
    this.check(node, replica);
  }

  check(node: SimNode, { raft, machine }: Replica): void {
    const ghost = this.#committed.machineAt(raft.lastApplied);
    if (!ghost) violate('state-machine-safety', `${node.id} applies what is not committed`);
    if (!isSameState(machine, ghost)) {
      violate('state-machine-safety', `${node.id} differs at index ${raft.lastApplied}`);
    }
  }
}

export function isSameState({ store: a }: Machine, { store: b }: Machine): boolean {
  if (a.size !== b.size || a.usedBytes !== b.usedBytes) return false;
  for (const [key, value] of b.entries()) if (a.get(key) !== value) return false;
  return true;
}
