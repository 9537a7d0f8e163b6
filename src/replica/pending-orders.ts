import { unreachable } from '../base/index.js';
import type {
  LogIndex,
  MembershipChange,
  MembershipRefusal,
  NodeId,
  Order,
  OrderOutcome,
  Raft,
} from '../raft/index.js';
import type { OrderAnswer, OrderRequest } from './orders.js';

/** More are refused: each of them is for a person. */
const ordersMax = 64;

const done: OrderOutcome = { type: 'done' };

/** An order on its way: `proceed` goes as far as it can, and tells the outcome once it is decided. */
interface PendingOrder {
  readonly request: OrderRequest;
  readonly deadlineMs: number;
  proceed(): OrderOutcome | null;
}

/** Orders that are not done yet, each looked at again whenever something may have happened. */
export class PendingOrders {
  readonly #raft: Raft;
  #pending: PendingOrder[] = [];
  #answers: OrderAnswer[] = [];

  constructor(raft: Raft) {
    this.#raft = raft;
  }

  /** Somebody waits for a snapshot. */
  get wantsSnapshot(): boolean {
    return this.#pending.some(({ request }) => request.order.type === 'snapshot');
  }

  /** When the next one has waited too long. */
  get nextDeadlineMs(): number {
    return Math.min(...this.#pending.map(({ deadlineMs }) => deadlineMs));
  }

  add(request: OrderRequest, deadlineMs: number): void {
    if (this.#pending.length < ordersMax) {
      this.#pending.push({ request, deadlineMs, proceed: this.#begin(request.order) });
    } else {
      this.#answers.push({ request, outcome: { type: 'refused', reason: 'busy' } });
    }
  }

  proceed(): void {
    if (this.#pending.length > 0) {
      this.#pending = this.#pending.filter((pending) => !this.#maybeAnswer(pending));
    }
  }

  takeAnswers(): OrderAnswer[] {
    const answers = this.#answers;
    this.#answers = [];
    return answers;
  }

  #maybeAnswer({ request, deadlineMs, proceed }: PendingOrder): boolean {
    const isLate = this.#raft.state.nowMs >= deadlineMs;
    const outcome = proceed() ?? (isLate ? { type: 'timedOut' as const } : null);
    if (outcome) this.#answers.push({ request, outcome });
    return outcome !== null;
  }

  #begin(order: Order): PendingOrder['proceed'] {
    switch (order.type) {
      case 'snapshot':
        return this.#beginSnapshot();
      case 'transfer':
        return this.#beginTransfer(order.target);
      case 'addVoter':
        return this.#beginChanges([
          { ...order, type: 'addLearner' },
          { type: 'promote', id: order.id },
        ]);
      case 'addLearner':
      case 'promote':
      case 'remove':
        return this.#beginChanges([order]);
      default:
        return unreachable(order);
    }
  }

  /** Done when the snapshot in force holds all that was applied when it was asked for. */
  #beginSnapshot(): PendingOrder['proceed'] {
    const { lastApplied, snapshot } = this.#raft.state;
    if (lastApplied === snapshot.index) return () => ({ type: 'nothingNew' });
    return () => (this.#raft.state.snapshot.index >= lastApplied ? done : null);
  }

  #beginTransfer(target: NodeId): PendingOrder['proceed'] {
    const { leadership, id } = this.#raft.state;
    if (!leadership) return () => this.#notLeader();
    if (target === id) return () => done;
    if (!this.#raft.transferLeadership(target)) {
      return () => ({ type: 'refused', reason: 'notMember' });
    }
    return () => {
      const { state } = this.#raft;
      if (state.leadership === leadership) return leadership.transfer ? null : { type: 'failed' };
      if (state.leaderId === null) return null;
      return state.leaderId === target ? done : { type: 'failed' };
    };
  }

  /** One change after the other, each proposed when the last one is committed. */
  #beginChanges(changes: readonly MembershipChange[]): PendingOrder['proceed'] {
    const { leadership, currentTerm } = this.#raft.state;
    const rest = [...changes];
    let index: LogIndex | null = null;
    return () => {
      const { state } = this.#raft;
      const leads = leadership !== null && state.leadership === leadership;
      const isCommitted = index !== null && state.commitIndex >= index;
      // A leader that removes itself has stepped down by then; but so has one that was deposed, and
      // then another entry may be committed there.
      const isOwn = index !== null && (leads || state.log.matches(index, currentTerm));
      if (isCommitted && isOwn && rest.length === 0) return done;
      if (!leads) return this.#notLeader();
      if (index !== null && !isCommitted) return null;
      const answer = this.#raft.proposeChange(rest[0] as MembershipChange);
      if ('refusal' in answer) return this.#outcomeOf(answer.refusal);
      rest.shift();
      index = answer.index;
      return null;
    };
  }

  /** What is not ready yet is asked again. */
  #outcomeOf(refusal: MembershipRefusal): OrderOutcome | null {
    if (refusal === 'notReady' || refusal === 'notCaughtUp') return null;
    return refusal === 'notLeader' ? this.#notLeader() : { type: 'refused', reason: refusal };
  }

  #notLeader(): OrderOutcome {
    return { type: 'notLeader', leader: this.#raft.state.leaderId };
  }
}
