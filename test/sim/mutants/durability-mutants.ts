/** Planted bugs in writes to the disk and in what is claimed to be written. */

import type { LogIndex, Message } from '../../../src/raft/index.js';
import { maxIndex } from '../../../src/raft/types.js';
import type { Effects, Input } from '../../../src/replica/index.js';
import { type Mutant, OpenReplica, plant, plantAtStart } from './mutant.js';

/** Confirms writes without writing anything. */
class WritesNothing extends OpenReplica {
  override takeEffects(): Effects {
    const effects = super.takeEffects();
    if (effects.persist === null) return effects;
    super.handle({ type: 'persisted' });
    return { ...effects, persist: null, hasMore: true };
  }
}

/** Writes, but does not wait for the disk. */
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

/** Counts an entry as stored as soon as it is received. */
class ClaimsTheUnwritten extends OpenReplica {
  protected override sent(message: Message): Message[] {
    if (message.type !== 'AppendEntriesReply' || message.rejection !== null) return [message];
    const matchIndex = this.raftState.following?.matchIndex ?? message.matchIndex;
    return [{ ...message, matchIndex: message.round === 0 ? message.matchIndex : matchIndex }];
  }
}

/** Writes the term and vote without the entries. */
class WritesInPart extends OpenReplica {
  override takeEffects(): Effects {
    const effects = super.takeEffects();
    if (effects.persist === null) return effects;
    return { ...effects, persist: { ...effects.persist, entries: [] } };
  }
}

/** Assumes that a peer has everything that is committed. */
class CountsTooMuch extends OpenReplica {
  protected override handleMessage(message: Message): void {
    const isAnswer = message.type === 'AppendEntriesReply' && message.rejection === null;
    const isLeader =
      this.raftState.leadership !== null && message.term === this.raftState.currentTerm;
    if (!isAnswer || !isLeader) {
      super.handleMessage(message);
      return;
    }
    const matchIndex = maxIndex(message.matchIndex, this.raftState.commitIndex);
    super.handleMessage({ ...message, matchIndex });
  }
}

/** Writes an old entry again, which removes everything after it from the disk. */
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
  plant('confirms a write that it never makes', WritesNothing, 'durable-before-sent'),
  plant('does not wait for its writes', AwaitsNoWrite, 'durable-before-sent', 'true-admin-answers'),
  plant('acknowledges entries that are not written yet', ClaimsTheUnwritten, 'durable-before-sent'),
  plant(
    'writes the term without the entries',
    WritesInPart,
    'durable-before-sent',
    'quorum-durable',
  ),
  plant('counts committed entries as matched by every peer', CountsTooMuch, 'match-index'),
  plant(
    'removes committed entries from its disk',
    RewritesCommitted,
    'quorum-durable',
    'durable-before-sent',
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
