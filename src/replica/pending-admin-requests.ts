/**
 * Admin commands in progress (snapshot, transfer, changes of the membership), and how each of them
 * proceeds. For the commands of clients see pending-writes.ts and pending-reads.ts.
 */

import { unreachable } from '../base/index.js';
import type {
  AdminCommand,
  AdminOutcome,
  LogIndex,
  MembershipChange,
  MembershipRefusal,
  NodeId,
  Raft,
} from '../raft/index.js';
import type { AdminAnswer, AdminRequest } from './admin-request.js';

/** The maximum number of pending requests; more are refused as busy. Only people send them. */
const adminRequestsMax = 64;

const done: AdminOutcome = { type: 'done' };

interface PendingAdminRequest {
  readonly request: AdminRequest;
  readonly deadlineMs: number;
  /** Does the next steps that are possible now. Returns the outcome, or null while undecided. */
  proceed(): AdminOutcome | null;
}

/** Admin commands that are not done yet. */
export class PendingAdminRequests {
  readonly #raft: Raft;
  #pending: PendingAdminRequest[] = [];
  #answers: AdminAnswer[] = [];

  constructor(raft: Raft) {
    this.#raft = raft;
  }

  /** True while a snapshot command waits. */
  get wantsSnapshot(): boolean {
    return this.#pending.some(({ request }) => request.command.type === 'snapshot');
  }

  /** The time of the next timeout, in ms of the node's clock. Infinity when no command waits. */
  get nextDeadlineMs(): number {
    return Math.min(...this.#pending.map(({ deadlineMs }) => deadlineMs));
  }

  add(request: AdminRequest, deadlineMs: number): void {
    if (this.#pending.length < adminRequestsMax) {
      this.#pending.push({ request, deadlineMs, proceed: this.#begin(request.command) });
    } else {
      this.#answers.push({ request, outcome: { type: 'refused', reason: 'busy' } });
    }
  }

  /** Lets every command proceed. Call it whenever the state of Raft may have changed. */
  proceed(): void {
    if (this.#pending.length > 0) {
      this.#pending = this.#pending.filter((pending) => !this.#maybeAnswer(pending));
    }
  }

  takeAnswers(): AdminAnswer[] {
    const answers = this.#answers;
    this.#answers = [];
    return answers;
  }

  #maybeAnswer({ request, deadlineMs, proceed }: PendingAdminRequest): boolean {
    const isLate = this.#raft.state.nowMs >= deadlineMs;
    const outcome = proceed() ?? (isLate ? { type: 'timedOut' as const } : null);
    if (outcome) this.#answers.push({ request, outcome });
    return outcome !== null;
  }

  #begin(command: AdminCommand): PendingAdminRequest['proceed'] {
    switch (command.type) {
      case 'snapshot':
        return this.#beginSnapshot();
      case 'transfer':
        return this.#beginTransfer(command.target);
      case 'addVoter':
        return this.#beginChanges([
          { ...command, type: 'addLearner' },
          { type: 'promote', id: command.id },
        ]);
      case 'addLearner':
      case 'promote':
      case 'remove':
        return this.#beginChanges([command]);
      default:
        return unreachable(command);
    }
  }

  /** Done once the snapshot in force covers everything that had been applied at the request. */
  #beginSnapshot(): PendingAdminRequest['proceed'] {
    const { lastApplied, snapshot } = this.#raft.state;
    if (lastApplied === snapshot.index) return () => ({ type: 'nothingNew' });
    return () => (this.#raft.state.snapshot.index >= lastApplied ? done : null);
  }

  #beginTransfer(target: NodeId): PendingAdminRequest['proceed'] {
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

  /** Proposes the changes one after the other, each once the previous one is committed. */
  #beginChanges(changes: readonly MembershipChange[]): PendingAdminRequest['proceed'] {
    const { leadership, currentTerm } = this.#raft.state;
    if (!leadership) return () => this.#notLeader();
    const rest = [...changes];
    let index: LogIndex | null = null;
    const proceed = (): AdminOutcome | null => {
      const { state } = this.#raft;
      const isStillLeader = state.leadership === leadership;
      const isCommitted = index !== null && state.commitIndex >= index;
      // A leader that removes itself has stepped down once its change is committed. So has a
      // deposed leader, but there a different entry may be committed at that index.
      const isOwn = index !== null && (isStillLeader || state.log.matches(index, currentTerm));
      if (isCommitted && isOwn && rest.length === 0) return done;
      if (!isStillLeader) return this.#notLeader();
      if (index !== null && !isCommitted) return null;
      const answer = this.#raft.proposeChange(rest[0] as MembershipChange);
      if ('refusal' in answer) return this.#outcomeOf(answer.refusal);
      rest.shift();
      index = answer.index;
      // A change that is in force already has the index of an entry that is committed.
      return state.commitIndex >= index ? proceed() : null;
    };
    return proceed;
  }

  /** Null when the change must be proposed again later. */
  #outcomeOf(refusal: MembershipRefusal): AdminOutcome | null {
    if (refusal === 'notReady' || refusal === 'notCaughtUp') return null;
    return refusal === 'notLeader' ? this.#notLeader() : { type: 'refused', reason: refusal };
  }

  #notLeader(): AdminOutcome {
    return { type: 'notLeader', leader: this.#raft.state.leaderId };
  }
}
