/** Planted bugs in changes of the membership, leadership transfer and answers to operators. */

import { encodeConfiguration, isVoter } from '../../../src/raft/configuration.js';
import {
  type AdminCommand,
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
import { memberOf } from '../admin-request.js';
import { type Mutant, OpenReplica, plant, under } from './mutant.js';

/** Uses a configuration other than the latest in its log. */
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

/** Uses a configuration once it is committed rather than once it is in the log (4.1). */
class AwaitsTheCommit extends GoesBy {
  protected override members(): Configuration {
    const { log, commitIndex } = this.raftState;
    return log.baseAt(commitIndex).configuration;
  }
}

/** Treats learners as voters (4.2.1). */
class TakesLearnersForVoters extends GoesBy {
  protected override members(): Configuration {
    const { voters, learners } = this.raftState.log.configuration;
    return { voters: [...voters, ...learners], learners: [] };
  }
}

/** Changes the membership in its own way as soon as it gets the command. */
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

function changeOf(command: AdminCommand): MembershipChange | null {
  const id = memberOf(command);
  if (id === null) return null;
  return { type: command.type === 'remove' ? 'remove' : 'addLearner', id };
}

/** Changes the membership before its no-op is committed (the erratum to 4.1). */
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

/** Changes the membership before the previous change is committed (4.1). */
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

/** Removes two voters or more with one entry. */
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

/** Commits an entry once `enough` of the `counted` nodes hold it. */
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

/** Counts its own disk although it is removing itself (4.2.2). */
class CountsItself extends CountsItsOwnWay {
  protected override counted(): readonly NodeId[] {
    const { configuration, id } = this.raftState;
    return isVoter(configuration, id) ? [] : [...configuration.voters, id];
  }
}

/** Counts the voters of the previous configuration. */
class CountsTheOldVoters extends CountsItsOwnWay {
  protected override counted(): readonly NodeId[] {
    return this.raftState.log.previousConfiguration?.voters ?? [];
  }

  protected override enough(): number {
    return majority(this.counted().length);
  }
}

/** Keeps leading after its removal is committed (4.2.2). */
class StaysLeader extends OpenReplica {
  override takeEffects(): Effects {
    const { leadership, log, configuration, id } = this.state;
    if (leadership && !isVoter(configuration, id)) {
      leadership.settledConfigurationIndex = log.configurationIndex;
    }
    return super.takeEffects();
  }
}

/** Sends TimeoutNow before the target has the whole log (3.10). */
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

/** Trusts its lease after it has sent TimeoutNow (3.10, 6.4.1). */
class KeepsTheLease extends OpenReplica {
  override takeEffects(): Effects {
    const { leadership } = this.state;
    if (leadership) leadership.mayBeDeposed = false;
    return super.takeEffects();
  }
}

class ForgetsAdminAnswers extends OpenReplica {
  override takeEffects(): Effects {
    return { ...super.takeEffects(), adminAnswers: [] };
  }
}

/** Answers every admin command as done. */
class AnswersDone extends OpenReplica {
  override takeEffects(): Effects {
    const effects = super.takeEffects();
    const adminAnswers = effects.adminAnswers.map(({ request }) => {
      return { request, outcome: { type: 'done' } as const };
    });
    return { ...effects, adminAnswers };
  }
}

export const membershipMutants: readonly Mutant[] = [
  plant(
    'uses the committed configuration instead of the latest',
    AwaitsTheCommit,
    'configuration-in-force',
  ),
  plant('treats learners as voters', TakesLearnersForVoters, 'configuration-in-force'),
  plant('changes members before its no-op', ChangesBeforeItsNoop, 'one-change-at-a-time'),
  plant('makes two changes at once', ChangesTwice, 'one-change-at-a-time'),
  plant('removes two voters at once', RemovesTwo, 'one-change-at-a-time'),
  plant('counts the copies of learners', CountsLearners, 'quorum-durable'),
  plant('counts itself while it removes itself', CountsItself, 'quorum-durable'),
  under(
    ['depose', 'heal'],
    plant('counts the voters of the old configuration', CountsTheOldVoters, 'quorum-durable'),
  ),
  plant('keeps leading after it is removed', StaysLeader, 'configuration-in-force'),
  plant('transfers leadership to a node that lacks entries', HandsOverEarly, 'valid-messages'),
  under(
    ['transferAndCut', 'heal'],
    plant('keeps its lease during a transfer', KeepsTheLease, 'lease-reads'),
  ),
  plant('never answers an admin command', ForgetsAdminAnswers, 'bounds'),
  plant('answers every admin command as done', AnswersDone, 'true-admin-answers'),
];
