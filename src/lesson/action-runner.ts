/**
 * Performs the actions of a step for the student, and judges the replies. Temporary failures are
 * reported and left to the caller (run-lesson.ts) to retry; an unexpected reply fails the lesson.
 */

import { LetoError, toErrorData } from '../base/index.js';
import { shellCommandOf } from './actions.js';
import type { Action, CommandAction, IntentAction } from './lesson.js';
import type { LessonCluster, LessonUi } from './lesson-environment.js';

/** Replies to conditions that pass by themselves: the step is performed again. */
const transientReply = /^\(error\) (not leader|MOVED|CLUSTERDOWN|BUSY|UNCERTAIN)/;
const transientCodes: readonly string[] = [
  'LETO_NODE_STATE',
  'LETO_NO_SUCH_NODE',
  'LETO_TIMED_OUT',
];

/** One unexpected reply is tolerated: the cluster may just have changed, as by an election. */
const unexpectedRepliesMax = 1;

export class ActionRunner {
  /** Why the latest failed attempt failed; null while none has. */
  lastFailure: string | null = null;
  readonly #cluster: LessonCluster;
  readonly #ui: LessonUi;
  readonly #signal: AbortSignal;
  #unexpectedReplies = 0;
  #deferred: Promise<void> = Promise.resolve();

  constructor(cluster: LessonCluster, ui: LessonUi, signal: AbortSignal) {
    this.#cluster = cluster;
    this.#ui = ui;
    this.#signal = signal;
  }

  /**
   * Performs the actions in order. Resolves with the last reply to each command action that is not
   * deferred, or with null as soon as an action cannot be performed at present. Rejects with the
   * signal's reason, and performs no further action, once the signal has aborted.
   * @throws {LetoError} LETO_LESSON_FAILED when a reply is not the one that the lesson expects
   */
  async perform(actions: readonly Action[]): Promise<string[] | null> {
    const replies: string[] = [];
    for (const action of actions) {
      const failure = await this.#run(action, replies);
      this.#signal.throwIfAborted();
      if (failure !== null) {
        this.#reportFailure(failure);
        return null;
      }
    }
    return replies;
  }

  /**
   * Resolves when every reply that is deferred at present has arrived as expected.
   * @throws {LetoError} LETO_LESSON_FAILED when one of them is not the expected reply
   */
  deferredReplies(): Promise<void> {
    return this.#deferred;
  }

  /** Resolves with null on success, and otherwise with the reason for the temporary failure. */
  async #run(action: Action, replies: string[]): Promise<string | null> {
    const command = shellCommandOf(action, this.#cluster.view());
    this.#ui.emit({ type: 'did', command });
    if (action.type === 'intent') return this.#dispatch(action);
    if (action.isDeferred) {
      const before = this.#deferred;
      const answered = this.#sendCommands(action, command, []).then(throwIfFailed);
      this.#deferred = Promise.all([before, answered]).then(() => {});
      this.#deferred.catch(() => {});
      return null;
    }
    return this.#sendCommands(action, command, replies);
  }

  async #dispatch({ intent }: IntentAction): Promise<string | null> {
    try {
      await this.#cluster.dispatch(intent);
      return null;
    } catch (error) {
      const { code, message } = toErrorData(error);
      if (transientCodes.includes(code)) return message;
      throw error;
    }
  }

  async #sendCommands(
    action: CommandAction,
    command: string,
    replies: string[],
  ): Promise<string | null> {
    const { node, commands, expects, isDeferred } = action;
    let allReplies: readonly string[];
    try {
      allReplies = await this.#cluster.sendCommands(node, commands, isDeferred === true);
    } catch (error) {
      return toErrorData(error).message;
    }
    const reply = allReplies.at(-1) ?? '';
    this.#ui.emit({ type: 'reply', command, text: reply });
    if (expects.test(reply)) {
      this.#unexpectedReplies = 0;
      replies.push(reply);
      return null;
    }
    if (transientReply.test(reply)) return reply;
    this.#unexpectedReplies += 1;
    if (this.#unexpectedReplies <= unexpectedRepliesMax) return reply;
    throw new LetoError('LETO_LESSON_FAILED', `unexpected reply to \`${command}\`: ${reply}`);
  }

  #reportFailure(failure: string): void {
    if (failure !== this.lastFailure) this.#ui.emit({ type: 'trouble', message: failure });
    this.lastFailure = failure;
  }
}

/** A deferred command is never retried, so even a temporary failure fails the lesson. */
function throwIfFailed(failure: string | null): void {
  if (failure === null) return;
  throw new LetoError('LETO_LESSON_FAILED', `a pending command failed: ${failure}`);
}
