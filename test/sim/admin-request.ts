import type { NodeId } from '../../src/raft/index.js';
import type { AdminAnswer, AdminRequest } from '../../src/replica/index.js';
import type { SimNode } from './node.js';

export type Order = AdminRequest['command'];

/** One order of an operator to one life of one node, as the operator and the ghost see it. */
export interface SimOrder extends AdminRequest {
  readonly node: SimNode;
  readonly life: number;
  /** When its node took it in, by the node's clock, and what it had applied. */
  handledAtMs: number;
  appliedIndex: number;
  term: number;
  outcome: AdminAnswer['outcome'] | null;
}

export function newOrder(node: SimNode, order: Order): SimOrder {
  const { life } = node;
  return { node, life, command: order, handledAtMs: 0, appliedIndex: 0, term: 0, outcome: null };
}

/** Whom the order is about, if it changes the members. */
export function memberOf(order: Order): NodeId | null {
  return 'id' in order ? order.id : null;
}

export function orderText({ command: order }: AdminRequest): string {
  if (order.type === 'transfer') return `transfer to ${order.target}`;
  return [order.type, memberOf(order) ?? ''].join(' ');
}
