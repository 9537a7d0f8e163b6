/** Compares the state machines of nodes with that of the committed log. */

import type { StateMachine } from '../../../src/kv/index.js';
import type { Session } from '../../../src/kv/sessions.js';
import type { Store } from '../../../src/kv/store.js';
import type { RaftState } from '../../../src/raft/index.js';
import type { Replica } from '../../../src/replica/index.js';
import type { SimNode } from '../node.js';
import { violate } from '../violation.js';
import type { Committed } from './committed.js';
import { isSameReply } from './replies.js';

/** Checks that a node's state equals the committed state at the index it has applied (3.6.3). */
export class StateMachines {
  readonly #committed: Committed;
  readonly #lastApplied: number[];

  constructor(nodeCount: number, committed: Committed) {
    this.#committed = committed;
    this.#lastApplied = new Array(nodeCount).fill(0);
  }

  afterStart(node: SimNode, { lastApplied }: Readonly<RaftState>): void {
    this.#lastApplied[node.index] = lastApplied;
  }

  afterEffects(node: SimNode, replica: Replica): void {
    const { lastApplied } = replica.raftState;
    const before = this.#lastApplied[node.index] as number;
    if (lastApplied === before) return;
    if (lastApplied < before) {
      violate('monotonic', `lastApplied of ${node.id} falls from ${before} to ${lastApplied}`);
    }
    this.#lastApplied[node.index] = lastApplied;
    this.check(node, replica);
  }

  check(node: SimNode, { raftState: raft, machine }: Replica): void {
    const ghost = this.#committed.machineAt(raft.lastApplied);
    if (!ghost)
      violate('state-machine-safety', `${node.id} applies an entry that is not committed`);
    if (!isSameState(machine, ghost)) {
      violate('state-machine-safety', `${node.id} differs at index ${raft.lastApplied}`);
    }
  }
}

/** Compares keys, deadlines, sessions and log time, which determine all replies. */
export function isSameState(a: StateMachine, b: StateMachine): boolean {
  if (a.logTimeMs !== b.logTimeMs || a.sessions.size !== b.sessions.size) return false;
  if (!isSameStore(a.store, b.store)) return false;
  if (a.parts.unfinished.join('') !== b.parts.unfinished.join('')) return false;
  return b.sessions.size === 0 || hasSameSessions(a, b);
}

export function isSameStore(a: Store, b: Store): boolean {
  if (a.size !== b.size || a.usedBytes !== b.usedBytes) return false;
  if (a.nextDeadlineMs !== b.nextDeadlineMs) return false;
  for (const [key, value] of b.entries()) {
    if (a.get(key) !== value || a.deadlineMs(key) !== b.deadlineMs(key)) return false;
  }
  return true;
}

/** Compares the sessions, including the order in which they expire. */
function hasSameSessions({ sessions: a }: StateMachine, { sessions: b }: StateMachine): boolean {
  const others = a.values();
  for (const session of b.values()) {
    const other: Session | undefined = others.next().value;
    if (other === undefined || !isSameSession(session, other)) return false;
  }
  return true;
}

function isSameSession(a: Session, b: Session): boolean {
  const isSameUse = a.id === b.id && a.serial === b.serial && a.lastUsedMs === b.lastUsedMs;
  return isSameUse && isSameReply(a.reply, b.reply);
}
