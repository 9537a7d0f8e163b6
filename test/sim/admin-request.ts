/**
 * Admin commands that operators send in a simulation. For the commands of clients see operation.ts.
 */

import type { AdminCommand, NodeId } from '../../src/raft/index.js';
import type { AdminAnswer, AdminRequest } from '../../src/replica/index.js';
import type { SimNode } from './node.js';

/** An admin command to one life of one node, with what its operator and the checkers know of it. */
export interface SimAdminRequest extends AdminRequest {
  readonly node: SimNode;
  readonly life: number;
  /** When the node handled the command, by its own clock, and what it had applied by then. */
  handledAtMs: number;
  appliedIndex: number;
  term: number;
  outcome: AdminAnswer['outcome'] | null;
}

export function newAdminRequest(node: SimNode, command: AdminCommand): SimAdminRequest {
  const { life } = node;
  return { node, life, command, handledAtMs: 0, appliedIndex: 0, term: 0, outcome: null };
}

/**
 * Returns the member that the command changes. Null for commands that do not change the membership.
 */
export function memberOf(command: AdminCommand): NodeId | null {
  return 'id' in command ? command.id : null;
}

export function adminRequestText({ command }: AdminRequest): string {
  if (command.type === 'transfer') return `transfer to ${command.target}`;
  return [command.type, memberOf(command) ?? ''].join(' ');
}
