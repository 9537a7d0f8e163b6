/** Planted bugs in elections, votes and terms. */

import { type Message, nodeId, noTerm, type Term } from '../../../src/raft/index.js';
import type { Effects, Input } from '../../../src/replica/index.js';
import { type Mutant, OpenReplica, plant } from './mutant.js';

/** Forgets its vote in the middle of a term. */
class VotesAgain extends OpenReplica {
  protected override handleMessage(message: Message): void {
    if (message.type === 'RequestVote' && this.raftState.role === 'follower')
      this.state.votedFor = null;
    super.handleMessage(message);
  }
}

/** Grants its vote to every candidate that asks. */
class PromisesTwice extends OpenReplica {
  protected override sent(message: Message): Message[] {
    return [message.type === 'RequestVoteReply' ? { ...message, voteGranted: true } : message];
  }
}

/** Votes without comparing logs (3.6.1). */
class VotesForAnyLog extends OpenReplica {
  protected override handleMessage(message: Message): void {
    const asks = message.type === 'RequestVote' || message.type === 'PreVote';
    super.handleMessage(asks ? { ...message, lastLogTerm: 1e6 as Term } : message);
  }
}

/** Becomes leader once its own vote is stored, whatever the others answer. */
class NeedsNoVotes extends OpenReplica {
  override handle(input: Input): void {
    super.handle(input);
    const { role, id: to, currentTerm: term, configuration } = this.raftState;
    if (role !== 'candidate' || input.type !== 'persisted') return;
    for (const from of configuration.voters) {
      const message = { type: 'RequestVoteReply', from, to, term, voteGranted: true } as const;
      if (from !== to) super.handleMessage(message);
    }
  }
}

/** Lowers its term at each tick. */
class LowersItsTerm extends OpenReplica {
  override handle(input: Input): void {
    super.handle(input);
    const { state } = this;
    if (input.type === 'tick' && state.role === 'follower' && state.currentTerm > noTerm) {
      state.currentTerm = (state.currentTerm - 1) as Term;
    }
  }
}

/** Campaigns without sending RequestVote. */
class AsksForNoVotes extends OpenReplica {
  protected override sent(message: Message): Message[] {
    return message.type === 'RequestVote' ? [] : [message];
  }
}

/** Sends a term that it has not reached. */
class HurriesAhead extends OpenReplica {
  protected override sent(message: Message): Message[] {
    return [{ ...message, term: (message.term + 1) as Term }];
  }
}

/** Sends messages in the name of another node. */
class LiesAboutItsName extends OpenReplica {
  override takeEffects(): Effects {
    const effects = super.takeEffects();
    const messages = effects.messages.map((message) => ({ ...message, from: nodeId('n9') }));
    return { ...effects, messages };
  }
}

export const electionMutants: readonly Mutant[] = [
  plant('votes twice in a term', VotesAgain, 'one-vote-per-term'),
  plant('grants every vote', PromisesTwice, 'durable-before-sent'),
  plant('votes for any log', VotesForAnyLog, 'leader-completeness'),
  plant(
    'leads without a majority of votes',
    NeedsNoVotes,
    'election-safety',
    'leader-completeness',
  ),
  plant('lowers its term', LowersItsTerm, 'monotonic'),
  plant('campaigns without requesting votes', AsksForNoVotes, 'convergence'),
  plant('sends a term that it has not stored', HurriesAhead, 'durable-before-sent'),
  plant('sends messages in the name of another node', LiesAboutItsName, 'valid-messages'),
];
