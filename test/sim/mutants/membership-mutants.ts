import { encodeConfiguration, isVoter } from '../../../src/raft/configuration.js';
import {
  beforeLog,
  type Configuration,
  type LogIndex,
  type Message,
  type NodeId,
} from '../../../src/raft/index.js';
import { type MembershipChange, proposeChange } from '../../../src/raft/membership.js';
import { majority } from '../../../src/raft/quorum.js';
import { appendToOwnLog } from '../../../src/raft/replication.js';
import { sendTimeoutNow } from '../../../src/raft/transfer.js';
import type { Effects, Input } from '../../../src/replica/index.js';
import { memberOf, type Order } from '../admin-request.js';
import { type Mutant, OpenReplica, plant, under } from './mutant.js';

/** Goes by other members than the latest in its log. */
class GoesBy extends OpenReplica {
  override handle(input: Input): void {
    const { state } = this;
    if (!Object.getOwnPropertyDescriptor(state, 'configuration')?.set) {
      const get = () => this.members();
      Object.defineProperty(state, 'configuration', { get, set: () => {}, configurable: true });
    }
    super.handle(input);
  }

  protected members(): Configuration {
    return this.raftState.log.configuration;
  }
}

/** A change counts for it when it is committed, not when it is in the log (4.1). */
class AwaitsTheCommit extends GoesBy {
  protected override members(): Configuration {
    const { log, commitIndex } = this.raftState;
    return log.baseAt(commitIndex).configuration;
  }
}

/** Makes no difference between voters and learners (4.2.1). */
class TakesLearnersForVoters extends GoesBy {
  protected override members(): Configuration {
    const { voters, learners } = this.raftState.log.configuration;
    return { voters: [...voters, ...learners], learners: [] };
  }
}

/** Changes the members in its own way as soon as it is asked to. */
class ChangesAtOnce extends OpenReplica {
  override handle(input: Input): void {
    super.handle(input);
    const { leadership } = this.state;
    if (input.type !== 'admin' || leadership === null) return;
    const change = changeOf(input.request.command);
    if (change) this.change(change);
  }

  protected change(_change: MembershipChange): void {}
}

function changeOf(order: Order): MembershipChange | null {
  const id = memberOf(order);
  if (id === null) return null;
  return { type: order.type === 'remove' ? 'remove' : 'addLearner', id };
}

/** Does not wait for its no-op to be committed (the erratum to 4.1). */
class ChangesBeforeItsNoop extends ChangesAtOnce {
  protected override change(change: MembershipChange): void {
    const { leadership } = this.state;
    if (!leadership) return;
    const { noopIndex } = leadership;
    Object.assign(leadership, { noopIndex: beforeLog });
    proposeChange(this.state, change);
    Object.assign(leadership, { noopIndex });
  }
}

/** Does not wait for the last change to be committed (4.1). */
class ChangesTwice extends ChangesAtOnce {
  protected override change(change: MembershipChange): void {
    const { state } = this;
    const { commitIndex, log, leadership } = state;
    if (!leadership || commitIndex < leadership.noopIndex) return;
    state.commitIndex = log.lastIndex;
    proposeChange(state, change);
    state.commitIndex = commitIndex;
  }
}

/** Removes two voters by one entry. */
class RemovesTwo extends ChangesAtOnce {
  protected override change({ type, id }: MembershipChange): void {
    const { leadership, log, commitIndex, configuration } = this.state;
    const isReady = commitIndex >= log.configurationIndex && leadership;
    if (type !== 'remove' || !isReady || commitIndex < leadership.noopIndex) return;
    const [first, ...others] = configuration.voters.filter((voter) => voter !== id);
    const voters = others.length > 0 ? others : [first as NodeId];
    appendToOwnLog(this.state, 'configuration', encodeConfiguration({ voters, learners: [] }));
  }
}

/** Commits what `enough` of the disks hold that it counts. */
class CountsItsOwnWay extends OpenReplica {
  protected override handleMessage(message: Message): void {
    super.handleMessage(message);
    if (message.type === 'AppendEntriesReply') this.#commit();
  }

  #commit(): void {
    const { leadership, log, durable, commitIndex, currentTerm } = this.state;
    if (!leadership) return;
    const indexes = this.counted().map((id) =>
      id === this.raftState.id ? durable.lastIndex : (leadership.progress.get(id)?.matchIndex ?? 0),
    );
    const reached = (indexes.sort((a, b) => b - a)[this.enough() - 1] ?? 0) as LogIndex;
    if (reached <= commitIndex || log.termAt(reached) !== currentTerm) return;
    this.state.commitIndex = reached;
  }

  protected counted(): readonly NodeId[] {
    return this.raftState.configuration.voters;
  }

  protected enough(): number {
    return majority(this.raftState.configuration.voters.length);
  }
}

class CountsLearners extends CountsItsOwnWay {
  protected override counted(): readonly NodeId[] {
    const { voters, learners } = this.raftState.configuration;
    return [...voters, ...learners];
  }
}

/** Counts its own disk though it removes itself (4.2.2). */
class CountsItself extends CountsItsOwnWay {
  protected override counted(): readonly NodeId[] {
    const { configuration, id } = this.raftState;
    return isVoter(configuration, id) ? [] : [...configuration.voters, id];
  }
}

/** Counts those who were the voters before the change that is open. */
class CountsTheOldVoters extends CountsItsOwnWay {
  protected override counted(): readonly NodeId[] {
    return this.raftState.log.previousConfiguration?.voters ?? [];
  }

  protected override enough(): number {
    return majority(this.counted().length);
  }
}

/** Goes on leading when its removal is committed (4.2.2). */
class StaysLeader extends OpenReplica {
  override takeEffects(): Effects {
    const { leadership, log, configuration, id } = this.state;
    if (leadership && !isVoter(configuration, id)) {
      leadership.settledConfigurationIndex = log.configurationIndex;
    }
    return super.takeEffects();
  }
}

/** Asks the target to campaign before that has the whole log (3.10). */
class HandsOverEarly extends OpenReplica {
  override takeEffects(): Effects {
    const transfer = this.state.leadership?.transfer;
    if (transfer && !transfer.timeoutNowIsSent) {
      transfer.timeoutNowIsSent = true;
      sendTimeoutNow(this.state, transfer.target);
    }
    return super.takeEffects();
  }
}

/** Trusts its lease though it has asked another to campaign (3.10, 6.4.1). */
class KeepsTheLease extends OpenReplica {
  override takeEffects(): Effects {
    const { leadership } = this.state;
    if (leadership) leadership.mayBeDeposed = false;
    return super.takeEffects();
  }
}

class ForgetsOrders extends OpenReplica {
  override takeEffects(): Effects {
    return { ...super.takeEffects(), adminAnswers: [] };
  }
}

/** Calls everything done. */
class CallsItDone extends OpenReplica {
  override takeEffects(): Effects {
    const effects = super.takeEffects();
    const adminAnswers = effects.adminAnswers.map(({ request }) => {
      return { request, outcome: { type: 'done' } as const };
    });
    return { ...effects, adminAnswers };
  }
}

export const membershipMutants: readonly Mutant[] = [
  plant('goes by the members that are committed', AwaitsTheCommit, 'configuration-in-force'),
  plant('takes learners for voters', TakesLearnersForVoters, 'configuration-in-force'),
  plant('changes members before its no-op', ChangesBeforeItsNoop, 'one-change-at-a-time'),
  plant('makes two changes at once', ChangesTwice, 'one-change-at-a-time'),
  plant('removes two voters at once', RemovesTwo, 'one-change-at-a-time'),
  plant('counts the copies of learners', CountsLearners, 'quorum-durable'),
  plant('counts itself when it is removed', CountsItself, 'quorum-durable'),
  plant('counts by the old configuration', CountsTheOldVoters, 'quorum-durable'),
  plant('leads on when it is removed', StaysLeader, 'configuration-in-force'),
  plant('hands over to who lacks entries', HandsOverEarly, 'message-form'),
  under(
    ['handOver', 'heal'],
    plant('keeps its lease when it hands over', KeepsTheLease, 'lease-reads'),
  ),
  plant('never answers an order', ForgetsOrders, 'bounds'),
  plant('calls every order done', CallsItDone, 'true-order-answers'),
];
