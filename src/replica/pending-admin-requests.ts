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

/** More are refused: each of them is for a person. */
const adminRequestsMax = 64;

const done: AdminOutcome = { type: 'done' };

/** An admin command on its way: `proceed` goes as far as it can, and tells the outcome once it is decided. */
interface PendingAdminRequest {
  readonly request: AdminRequest;
  readonly deadlineMs: number;
  proceed(): AdminOutcome | null;
}

/** Admin commands that are not done yet, each looked at again whenever something may have happened. */
export class PendingAdminRequests {
  readonly #raft: Raft;
  #pending: PendingAdminRequest[] = [];
  #answers: AdminAnswer[] = [];

  constructor(raft: Raft) {
    this.#raft = raft;
  }

  /** Somebody waits for a snapshot. */
  get wantsSnapshot(): boolean {
    return this.#pending.some(({ request }) => request.command.type === 'snapshot');
  }

  /** When the next one has waited too long. */
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

  /** Done when the snapshot in force holds all that was applied when it was asked for. */
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

  /** One change after the other, each proposed when the last one is committed. */
  #beginChanges(changes: readonly MembershipChange[]): PendingAdminRequest['proceed'] {
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
  #outcomeOf(refusal: MembershipRefusal): AdminOutcome | null {
    if (refusal === 'notReady' || refusal === 'notCaughtUp') return null;
    return refusal === 'notLeader' ? this.#notLeader() : { type: 'refused', reason: refusal };
  }

  #notLeader(): AdminOutcome {
    return { type: 'notLeader', leader: this.#raft.state.leaderId };
  }
}
