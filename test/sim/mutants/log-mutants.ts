/** Planted bugs in the log, its replication and its commitment. */

import { decodeTime, encodeCommand, findCommand } from '../../../src/kv/index.js';
import {
  type AppendEntries,
  beforeLog,
  type Entry,
  entryBytes,
  type LogIndex,
  type Message,
  successor,
} from '../../../src/raft/index.js';
import type { Effects, Input } from '../../../src/replica/index.js';
import { type Mutant, OpenReplica, plant, under } from './mutant.js';

/** Removes, as a leader, an entry that it has neither stored nor sent. */
class RemovesItsOwn extends OpenReplica {
  override handle(input: Input): void {
    super.handle(input);
    const { log, durable, leadership, commitIndex } = this.state;
    const stored = Math.max(durable.lastIndex, durable.writing?.lastIndex ?? 0, commitIndex);
    const isSent = [...(leadership?.progress.values() ?? [])].some(
      ({ nextIndex }) => nextIndex > log.lastIndex,
    );
    if (leadership === null || input.type !== 'tick' || log.lastIndex <= stored || isSent) return;
    const entry = log.entryAt(log.lastIndex) as Entry;
    if (decodeTime(entry.data) !== null) return;
    leadership.uncommittedBytes -= entryBytes(entry);
    log.truncateFrom(log.lastIndex);
  }
}

/** Appends an entry as a follower. */
class AddsItsOwn extends OpenReplica {
  override handle(input: Input): void {
    super.handle(input);
    const { log, role, leaderId, currentTerm: term } = this.state;
    if (input.type !== 'tick' || role !== 'follower' || leaderId === null) return;
    log.append({ index: successor(log.lastIndex), term, kind: 'noop', data: '' });
  }
}

/** Does not compare prevLogTerm (3.5). */
class SkipsTheCheck extends OpenReplica {
  protected override handleMessage(message: Message): void {
    if (message.type !== 'AppendEntries') {
      super.handleMessage(message);
      return;
    }
    const prevLogTerm = this.raftState.log.termAt(message.prevLogIndex) ?? message.prevLogTerm;
    super.handleMessage({ ...message, prevLogTerm });
  }
}

/** Changes the commands that it receives. */
class SpoilsEntries extends OpenReplica {
  protected override handleMessage(message: Message): void {
    super.handleMessage(message.type === 'AppendEntries' ? spoilt(message) : message);
  }
}

function spoilt(message: AppendEntries): AppendEntries {
  const flush = findCommand('flushall');
  const data = flush
    ? encodeCommand({ spec: flush, args: [] }, { logTimeMs: 0, session: null })
    : '';
  const entries = message.entries.map((entry) =>
    entry.kind === 'command' ? { ...entry, data } : entry,
  );
  return { ...message, entries };
}

/** Treats everything that it has received as committed. */
class BelievesAll extends OpenReplica {
  protected override handleMessage(message: Message): void {
    const leaderCommit = 1e6 as LogIndex;
    super.handleMessage(message.type === 'AppendEntries' ? { ...message, leaderCommit } : message);
  }
}

/** Commits up to the end of its log instead of the last new entry (3.5, Figure 3.1). */
class CommitsItsTail extends OpenReplica {
  protected override handleMessage(message: Message): void {
    super.handleMessage(message);
    const { state } = this;
    if (message.type !== 'AppendEntries' || message.term !== state.currentTerm) return;
    const { leaderCommit } = message;
    const index = Math.min(leaderCommit, state.log.lastIndex) as LogIndex;
    if (index > state.commitIndex) state.commitIndex = index;
  }
}

/** Commits entries of older terms by counting copies (3.6.2, Figure 3.7). */
class CommitsOlderTerms extends OpenReplica {
  protected override handleMessage(message: Message): void {
    super.handleMessage(message);
    const { leadership, configuration, durable, commitIndex } = this.state;
    if (leadership === null || message.type !== 'AppendEntriesReply') return;
    const indexes = configuration.voters.map(
      (voter) => leadership.progress.get(voter)?.matchIndex ?? durable.lastIndex,
    );
    const reached = indexes.sort((a, b) => b - a)[Math.floor(indexes.length / 2)] ?? beforeLog;
    if (reached > commitIndex) this.state.commitIndex = reached;
  }
}

/** Lowers commitIndex to lastApplied. */
class ForgetsCommits extends OpenReplica {
  override takeEffects(): Effects {
    const { state } = this;
    if (state.commitIndex > state.lastApplied) state.commitIndex = state.lastApplied;
    return super.takeEffects();
  }
}

/** Begins its term with a command instead of a no-op. */
class SkipsTheNoop extends OpenReplica {
  #leadership: unknown = null;

  override handle(input: Input): void {
    super.handle(input);
    const { leadership, log, currentTerm: term } = this.state;
    const isNew = leadership !== null && leadership !== this.#leadership;
    this.#leadership = leadership;
    if (!isNew) return;
    const index = log.lastIndex;
    log.truncateFrom(index);
    log.append({ index, term, kind: 'command', data: '' });
  }
}

/** Leaves out the first of the entries that it sends. */
class SkipsAnEntry extends OpenReplica {
  protected override sent(message: Message): Message[] {
    if (message.type !== 'AppendEntries') return [message];
    return [{ ...message, entries: message.entries.filter((_, at) => at !== 0) }];
  }
}

export const logMutants: readonly Mutant[] = [
  plant('removes entries of its own term', RemovesItsOwn, 'leader-append-only'),
  under(
    ['depose', 'heal'],
    plant('adds entries as a follower', AddsItsOwn, 'entries-from-leader', 'log-matching'),
  ),
  plant(
    'does not check prevLogTerm',
    SkipsTheCheck,
    'log-matching',
    'leader-completeness',
    'committed-prefix',
    'core-assertion',
  ),
  plant('changes entries that it receives', SpoilsEntries, 'log-matching'),
  plant('treats received entries as committed', BelievesAll, 'quorum-durable'),
  plant('commits to the end of its log', CommitsItsTail, 'committed-prefix', 'quorum-durable'),
  plant('commits entries of older terms by counting', CommitsOlderTerms, 'commit-rule'),
  plant('lowers commitIndex', ForgetsCommits, 'monotonic'),
  plant('begins a term without a no-op', SkipsTheNoop, 'no-op-first'),
  plant('sends entries with a gap', SkipsAnEntry, 'valid-messages'),
];
