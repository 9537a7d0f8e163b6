/** Planted bugs in leases, and in what protects a live leader (4.2.3, 6.4.1, 9.6). */

import type { Message, NodeId, Progress, RaftState } from '../../../src/raft/index.js';
import type { Effects, Input } from '../../../src/replica/index.js';
import { type Mutant, OpenReplica, plant, under } from './mutant.js';

/** Moves the start of each confirmed round, from which a lease counts. */
class MovesLeases extends OpenReplica {
  #leadership: RaftState['leadership'] = null;
  #confirmed = 0;

  override handle(input: Input): void {
    super.handle(input);
    const { leadership } = this.state;
    if (leadership !== this.#leadership) this.#confirmed = 0;
    this.#leadership = leadership;
    if (!leadership || leadership.rounds.confirmed === this.#confirmed) return;
    const { rounds } = leadership;
    this.#confirmed = rounds.confirmed;
    rounds.confirmedStartMs = this.leaseStartMs(rounds.confirmedStartMs);
  }

  protected leaseStartMs(startMs: number): number {
    return startMs;
  }
}

/** Counts a lease from when a majority has answered, not from when the round began. */
class CountsFromAnswers extends MovesLeases {
  protected override leaseStartMs(): number {
    return this.state.nowMs;
  }
}

/** Lets a lease last the whole smallest election timeout, without a margin for clock drift. */
class AllowsNoDrift extends MovesLeases {
  protected override leaseStartMs(startMs: number): number {
    return startMs + this.state.options.electionTimeoutMsMin * 0.2;
  }
}

/** Obeys a TimeoutNow of an older term (3.10). */
class ObeysOldTransfers extends OpenReplica {
  protected override handleMessage(message: Message): void {
    const { currentTerm } = this.state;
    const isOld = message.type === 'TimeoutNow' && message.term < currentTerm;
    super.handleMessage(isOld ? { ...message, term: currentTerm } : message);
  }
}

/** Grants a PreVote although it hears a live leader (4.2.3, 9.6). */
class GrantsEveryPreVote extends OpenReplica {
  protected override handleMessage(message: Message): void {
    const { state } = this;
    const { leaderHeardAtMs } = state;
    if (message.type === 'PreVote') state.leaderHeardAtMs = Number.NEGATIVE_INFINITY;
    super.handleMessage(message);
    if (message.type === 'PreVote') state.leaderHeardAtMs = leaderHeardAtMs;
  }
}

/** Gives a server that is added again the progress that it had before it was removed (4.1). */
class KeepsOldProgress extends OpenReplica {
  readonly #known = new Map<NodeId, Progress>();

  override takeEffects(): Effects {
    const { leadership } = this.state;
    if (!leadership) this.#known.clear();
    for (const [id, progress] of leadership?.progress ?? []) {
      const before = this.#known.get(id);
      this.#known.set(id, progress);
      if (!before || before === progress) continue;
      progress.matchIndex = before.matchIndex;
      progress.nextIndex = before.nextIndex;
    }
    return super.takeEffects();
  }
}

export const leaseMutants: readonly Mutant[] = [
  under(
    ['electAtLeaseEnd', 'heal'],
    plant('counts a lease from the answers', CountsFromAnswers, 'lease-reads'),
  ),
  {
    ...under(
      ['electAtLeaseEnd', 'heal'],
      plant('allows no clock drift in a lease', AllowsNoDrift, 'lease-reads'),
    ),
    firstSeed: 1250,
  },
  under(
    ['lateTimeoutNow', 'transferAndCut', 'heal'],
    plant('obeys a TimeoutNow of an older term', ObeysOldTransfers, 'lease-reads'),
  ),
  plant('grants a PreVote beside a live leader', GrantsEveryPreVote, 'undisturbed-leader'),
  plant('keeps the progress of a removed server', KeepsOldProgress, 'match-index'),
];
