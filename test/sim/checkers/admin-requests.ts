/** Checks the answers to admin commands. For the answers to clients see clients.ts. */

import type { AdminCommand, Configuration, NodeId, RaftState } from '../../../src/raft/index.js';
import type { AdminAnswer, Replica } from '../../../src/replica/index.js';
import { adminRequestText, type SimAdminRequest } from '../admin-request.js';
import type { SimNode } from '../node.js';
import { violate } from '../violation.js';
import type { Committed } from './committed.js';
import type { Elections } from './elections.js';

/** Checks that an operator is answered once, in time, and truthfully. */
export class AdminRequests {
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

  beforeHandled({ raftState: raft }: Replica, request: SimAdminRequest): void {
    request.handledAtMs = raft.nowMs;
    request.appliedIndex = raft.lastApplied;
    request.term = raft.currentTerm;
  }

  /** Called when an answer reaches its operator. */
  afterAnswer(node: SimNode, { request: answered, outcome }: AdminAnswer): void {
    const request = answered as SimAdminRequest;
    if (request.node !== node || request.life !== node.life || request.outcome !== null) {
      violate('answered-once', `${node.id} answers ${adminRequestText(request)} again`);
    }
    request.outcome = outcome;
    if (outcome.type !== 'done') return;
    this.#done += 1;
    if (this.#isDone(node, request)) return;
    violate(
      'true-admin-answers',
      `${node.id} wrongly answers that ${adminRequestText(request)} is done`,
    );
  }

  /** Checks that no command waits beyond its timeout. */
  afterTick(node: SimNode, { nowMs }: Readonly<RaftState>): void {
    for (const request of node.openAdminRequests) {
      if (nowMs - request.handledAtMs <= this.#adminTimeoutMs) continue;
      violate('bounds', `${node.id} leaves ${adminRequestText(request)} without an answer`);
    }
  }

  #isDone(node: SimNode, { command, appliedIndex, term }: SimAdminRequest): boolean {
    switch (command.type) {
      case 'snapshot':
        return node.disk.snapshot.index >= appliedIndex;
      case 'transfer':
        return command.target === node.id || this.#elections.hasLedSince(term, command.target);
      default:
        return this.#wasInEffect(command);
    }
  }

  /** Looks at all committed configurations, as another command may have undone the change since. */
  #wasInEffect(command: Extract<AdminCommand, { id: NodeId }>): boolean {
    for (let index = this.#committed.lastIndex; index >= 0; index -= 1) {
      if (isInEffect(this.#committed.membersAt(index).configuration, command)) return true;
    }
    return false;
  }
}

function isInEffect(
  { voters, learners }: Configuration,
  { type, id }: Extract<AdminCommand, { id: NodeId }>,
): boolean {
  if (type === 'remove') return !voters.includes(id) && !learners.includes(id);
  return voters.includes(id) || (type === 'addLearner' && learners.includes(id));
}
