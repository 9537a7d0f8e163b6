/** Planted bugs in reads, replies, sessions and limits. */

import { encodeCommand, findCommand, okReply, type StateMachine } from '../../../src/kv/index.js';
import { beforeLog } from '../../../src/raft/index.js';
import type { Answer, Effects, Input, Outcome, Request } from '../../../src/replica/index.js';
import { type Mutant, OpenReplica, plant, plantAtStart, under } from './mutant.js';

/** Serves every read locally, without confirming its leadership. */
class ReadsLocally extends OpenReplica {
  protected override handleRequest(request: Request): void {
    const { client } = request;
    const { readMode } = client;
    client.readMode = 'local';
    super.handleRequest(request);
    client.readMode = readMode;
  }
}

/** Does not wait for a majority to answer a round (6.4). */
class NeedsNoRound extends OpenReplica {
  override takeEffects(): Effects {
    const { leadership, readResults } = this.state;
    for (const { readIndex, reads } of leadership?.rounds.unconfirmed ?? []) {
      for (const { readId, from } of reads) {
        if (from === this.raftState.id) readResults.push({ readId, index: readIndex });
      }
    }
    return super.takeEffects();
  }
}

/** Reads before the no-op of its term is committed (6.4 step 1). */
class NeedsNoNoop extends OpenReplica {
  override handle(input: Input): void {
    super.handle(input);
    const { leadership } = this.state;
    if (leadership) Object.assign(leadership, { noopIndex: beforeLog });
  }
}

/** Behaves as if its lease never ended (6.4.1). */
class KeepsItsLease extends OpenReplica {
  override takeEffects(): Effects {
    const { leadership, nowMs } = this.state;
    if (!leadership) return super.takeEffects();
    const { confirmedStartMs } = leadership.rounds;
    leadership.rounds.confirmedStartMs = nowMs;
    const effects = super.takeEffects();
    leadership.rounds.confirmedStartMs = confirmedStartMs;
    return effects;
  }
}

/** Forgets which writes a connection has sent. */
class ForgetsOwnWrites extends OpenReplica {
  protected override handleRequest(request: Request): void {
    if (request.command.spec.kind === 'read') request.client.lastWriteIndex = beforeLog;
    super.handleRequest(request);
  }
}

/** Applies a command a second time. */
class AppliesTwice extends OpenReplica {
  override takeEffects(): Effects {
    const before = this.raftState.lastApplied;
    const effects = super.takeEffects();
    const { lastApplied, log } = this.raftState;
    const entry = lastApplied > before ? log.entryAt(lastApplied) : undefined;
    if (entry?.kind === 'command') this.machine.apply(entry.data);
    return effects;
  }
}

/** Changes its own state by a command that is in no log. */
class AppliesItsOwn extends OpenReplica {
  override handle(input: Input): void {
    super.handle(input);
    const flush = findCommand('flushall');
    if (input.type !== 'peerLost' || !flush) return;
    const { logTimeMs } = this.machine;
    this.machine.apply(encodeCommand({ spec: flush, args: [] }, { logTimeMs, session: null }));
  }
}

/** Expires keys by its own clock instead of log time. */
class TrustsItsClock extends OpenReplica {
  override handle(input: Input): void {
    super.handle(input);
    const { store } = this.machine;
    const { nextDeadlineMs } = store;
    if (input.type === 'tick' && nextDeadlineMs !== null) store.advanceTo(nextDeadlineMs);
  }
}

class ChangesAnswers extends OpenReplica {
  override takeEffects(): Effects {
    const effects = super.takeEffects();
    return { ...effects, answers: this.changed(effects.answers) };
  }

  protected changed(answers: readonly Answer[]): readonly Answer[] {
    return answers;
  }
}

/** Swaps the answers of the first two requests. */
class SwapsAnswers extends ChangesAnswers {
  protected override changed(answers: readonly Answer[]): readonly Answer[] {
    const [first, second, ...others] = answers;
    if (!first || !second) return answers;
    return [
      { request: first.request, outcome: second.outcome },
      { request: second.request, outcome: first.outcome },
      ...others,
    ];
  }
}

class AnswersTwice extends ChangesAnswers {
  protected override changed(answers: readonly Answer[]): readonly Answer[] {
    return [...answers, ...answers.slice(0, 1)];
  }
}

/** Answers that a write failed although it may still take effect. */
class AnswersFailed extends ChangesAnswers {
  protected override changed(answers: readonly Answer[]): readonly Answer[] {
    return answers.map(({ request, outcome }) =>
      outcome.type === 'uncertain'
        ? { request, outcome: { type: 'notLeader', leader: null } }
        : { request, outcome },
    );
  }
}

/** Acknowledges a write that is only proposed. */
class AnswersEarly extends ChangesAnswers {
  readonly #early: Answer[] = [];

  protected override handleRequest(request: Request): void {
    const { lastIndex } = this.raftState.log;
    super.handleRequest(request);
    if (this.raftState.log.lastIndex > lastIndex) this.#early.push({ request, outcome: okReply });
  }

  protected override changed(answers: readonly Answer[]): readonly Answer[] {
    return [...this.#early.splice(0), ...answers];
  }
}

/** Forgets the reply to a repeated command of a session (6.3). */
class ForgetsReplies extends ChangesAnswers {
  readonly #answered = new Set<string>();

  protected override changed(answers: readonly Answer[]): readonly Answer[] {
    return answers.map(({ request, outcome }) => {
      const { id, serial } = request.session ?? {};
      const name = `${id} ${serial}`;
      const isRepeated = id !== undefined && this.#answered.has(name);
      if (!('reason' in outcome) && outcome.type !== 'notLeader') this.#answered.add(name);
      return { request, outcome: isRepeated && isReply(outcome) ? okReply : outcome };
    });
  }
}

function isReply({ type }: Outcome): boolean {
  return type === 'integer' || type === 'null' || type === 'bulk';
}

/** Runs a write as often as it is in the log. */
class IgnoresSessions extends OpenReplica {
  override get machine(): StateMachine {
    const { machine } = { machine: super.machine };
    machine.sessions.runOnce = (_session, _logTimeMs, run) => run();
    return machine;
  }
}

/** Proposes each write twice. */
class ProposesTwice extends OpenReplica {
  protected override handleRequest(request: Request): void {
    const { lastIndex } = this.raftState.log;
    super.handleRequest(request);
    if (this.raftState.log.lastIndex > lastIndex) super.handleRequest(request);
  }
}

/** Ignores every twentieth request. */
class ForgetsRequests extends OpenReplica {
  #count = 0;

  protected override handleRequest(request: Request): void {
    this.#count += 1;
    if (this.#count % 20 !== 0) super.handleRequest(request);
  }
}

export const clientMutants: readonly Mutant[] = [
  plant('answers reads locally', ReadsLocally, 'linearizable-reads', 'lease-reads'),
  plant('reads without a round', NeedsNoRound, 'linearizable-reads', 'lease-reads'),
  plant(
    'reads before its no-op',
    NeedsNoNoop,
    'linearizable-reads',
    'lease-reads',
    'one-change-at-a-time',
  ),
  under(['depose', 'heal'], plant('keeps its lease forever', KeepsItsLease, 'lease-reads')),
  plant('forgets the writes of a connection', ForgetsOwnWrites, 'read-your-writes'),
  plant('applies an entry twice', AppliesTwice, 'state-machine-safety'),
  plant('changes its state without the log', AppliesItsOwn, 'state-machine-safety'),
  plant(
    'expires keys by its own clock',
    TrustsItsClock,
    'state-machine-safety',
    'snapshot-consistent',
    'linearizable-reads',
  ),
  plant(
    'swaps two answers',
    SwapsAnswers,
    'state-machine-safety',
    'acknowledged-once',
    'linearizable-reads',
    'failed-not-logged',
  ),
  plant('answers twice', AnswersTwice, 'answered-once'),
  plant('answers an uncertain write as failed', AnswersFailed, 'failed-not-logged'),
  plant('acknowledges before the commit', AnswersEarly, 'acknowledged-once'),
  plant('proposes a write twice', ProposesTwice, 'acknowledged-once'),
  plant('forgets the replies of sessions', ForgetsReplies, 'exactly-once'),
  plant('ignores sessions', IgnoresSessions, 'state-machine-safety'),
  plant('leaves requests unanswered', ForgetsRequests, 'bounds', 'convergence'),
  plantAtStart(
    'ignores its limit of inflight messages',
    (options, ...rest) => [{ ...options, inflightMessagesMax: 1e6 }, ...rest],
    'bounds',
  ),
];
