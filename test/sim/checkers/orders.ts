import type { Configuration, NodeId, RaftState } from '../../../src/raft/index.js';
import type { AdminAnswer, Replica } from '../../../src/replica/index.js';
import { type Order, orderText, type SimOrder } from '../admin-request.js';
import type { SimNode } from '../node.js';
import { violate } from '../violation.js';
import type { Committed } from './committed.js';
import type { Elections } from './elections.js';

/** An operator is told once, in time, and the truth. */
export class Orders {
  readonly #committed: Committed;
  readonly #elections: Elections;
  readonly #adminTimeoutMs: number;
  #done = 0;

  constructor(committed: Committed, elections: Elections, adminTimeoutMs: number) {
    this.#committed = committed;
    this.#elections = elections;
    this.#adminTimeoutMs = adminTimeoutMs;
  }

  get done(): number {
    return this.#done;
  }

  beforeOrder({ raftState: raft }: Replica, order: SimOrder): void {
    order.handledAtMs = raft.nowMs;
    order.appliedIndex = raft.lastApplied;
    order.term = raft.currentTerm;
  }

  /** An answer reaches its operator. */
  afterAnswer(node: SimNode, { request, outcome }: AdminAnswer): void {
    const order = request as SimOrder;
    if (order.node !== node || order.life !== node.life || order.outcome !== null) {
      violate('answered-once', `${node.id} answers ${orderText(order)} again`);
    }
    order.outcome = outcome;
    if (outcome.type !== 'done') return;
    this.#done += 1;
    if (this.#isDone(node, order)) return;
    violate('true-order-answers', `${node.id} says that ${orderText(order)} is done`);
  }

  /** Nobody waits longer than was promised. */
  afterTick(node: SimNode, { nowMs }: Readonly<RaftState>): void {
    for (const order of node.openOrders) {
      if (nowMs - order.handledAtMs <= this.#adminTimeoutMs) continue;
      violate('bounds', `${node.id} leaves ${orderText(order)} without an answer`);
    }
  }

  #isDone(node: SimNode, { command: order, appliedIndex, term }: SimOrder): boolean {
    switch (order.type) {
      case 'snapshot':
        return node.disk.snapshot.index >= appliedIndex;
      case 'transfer':
        return order.target === node.id || this.#elections.hasLedSince(term, order.target);
      default:
        return this.#hasBeen(order);
    }
  }

  /** Another order may have changed it again since. */
  #hasBeen(order: Extract<Order, { id: NodeId }>): boolean {
    for (let index = this.#committed.lastIndex; index >= 0; index -= 1) {
      if (isAsOrdered(this.#committed.membersAt(index).configuration, order)) return true;
    }
    return false;
  }
}

function isAsOrdered(
  { voters, learners }: Configuration,
  { type, id }: Extract<Order, { id: NodeId }>,
): boolean {
  if (type === 'remove') return !voters.includes(id) && !learners.includes(id);
  return voters.includes(id) || (type === 'addLearner' && learners.includes(id));
}
