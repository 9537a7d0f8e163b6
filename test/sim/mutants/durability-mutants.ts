import type { LogIndex, Message } from '../../../src/raft/index.js';
import { maxIndex } from '../../../src/raft/types.js';
import type { Effects, Input } from '../../../src/replica/index.js';
import { type Mutant, OpenReplica, plant, plantAtStart } from './mutant.js';

/** Says that it has written, and writes nothing: a crash loses it all. */
class WritesNothing extends OpenReplica {
  override takeEffects(): Effects {
    const effects = super.takeEffects();
    if (effects.persist === null) return effects;
    super.handle({ type: 'persisted' });
    return { ...effects, persist: null, hasMore: true };
  }
}

/** Does not wait for the disk, though it writes. */
class AwaitsNoWrite extends OpenReplica {
  override handle(input: Input): void {
    if (input.type !== 'persisted') super.handle(input);
  }

  override takeEffects(): Effects {
    const effects = super.takeEffects();
    if (effects.persist !== null) super.handle({ type: 'persisted' });
    return effects;
  }
}

/** Counts an entry as stored when it has come in. */
class ClaimsTheUnwritten extends OpenReplica {
  protected override sent(message: Message): Message[] {
    if (message.type !== 'AppendEntriesReply' || message.rejection !== null) return [message];
    const matchIndex = this.raftState.following?.matchIndex ?? message.matchIndex;
    return [{ ...message, matchIndex: message.round === 0 ? message.matchIndex : matchIndex }];
  }
}

/** Lets only the first entry of a write reach the disk. */
class WritesInPart extends OpenReplica {
  override takeEffects(): Effects {
    const effects = super.takeEffects();
    if (effects.persist === null) return effects;
    return { ...effects, persist: { ...effects.persist, entries: [] } };
  }
}

/** Takes it that a peer holds all that is committed. */
class CountsTooMuch extends OpenReplica {
  protected override handleMessage(message: Message): void {
    const isAnswer = message.type === 'AppendEntriesReply' && message.rejection === null;
    const leads = this.raftState.leadership !== null && message.term === this.raftState.currentTerm;
    if (!isAnswer || !leads) {
      super.handleMessage(message);
      return;
    }
    const matchIndex = maxIndex(message.matchIndex, this.raftState.commitIndex);
    super.handleMessage({ ...message, matchIndex });
  }
}

/** Writes an old entry again, which removes all that the disk holds after it. */
class RewritesCommitted extends OpenReplica {
  override takeEffects(): Effects {
    const effects = super.takeEffects();
    const { commitIndex, log } = this.raftState;
    const entry = log.entryAt((commitIndex - 2) as LogIndex);
    if (effects.persist === null || !entry) return effects;
    return { ...effects, persist: { ...effects.persist, entries: [entry] } };
  }
}

export const durabilityMutants: readonly Mutant[] = [
  plant('confirms a write that it never makes', WritesNothing, 'durable-before-said'),
  plant('does not wait for its writes', AwaitsNoWrite, 'durable-before-said', 'true-order-answers'),
  plant('claims entries that are not written yet', ClaimsTheUnwritten, 'durable-before-said'),
  plant(
    'writes the term without the entries',
    WritesInPart,
    'durable-before-said',
    'quorum-durable',
  ),
  plant('takes what is committed for matched', CountsTooMuch, 'match-index'),
  plant(
    'removes committed entries from its disk',
    RewritesCommitted,
    'quorum-durable',
    'durable-before-said',
    'core-assertion',
  ),
  plantAtStart(
    'forgets its vote when it restarts',
    (options, durable, ...rest) => {
      const hardState = { ...durable.hardState, votedFor: null };
      return [options, { ...durable, hardState }, ...rest];
    },
    'durable-state',
  ),
  plantAtStart(
    'loses its last entry when it restarts',
    (options, durable, ...rest) => [
      options,
      { ...durable, entries: durable.entries.slice(0, -1) },
      ...rest,
    ],
    'durable-state',
  ),
];
