import { LetoError, toErrorData } from '../base/index.js';
import { shellCommandOf } from './actions.js';
import type { Action, CommandAction, IntentAction } from './lesson.js';
import type { LessonCluster, LessonUi } from './lesson-environment.js';

/** These pass by themselves: it is done again. */
const transientReply = /^\(error\) (not leader|MOVED|CLUSTERDOWN|BUSY|UNCERTAIN)/;
const transientCodes: readonly string[] = [
  'LETO_NODE_STATE',
  'LETO_NO_SUCH_NODE',
  'LETO_TIMED_OUT',
];

/** The first may come of a change in the very moment of asking, as of a new leader. */
const unexpectedRepliesMax = 1;

/** Does for the student what a step asks for. */
export class ActionRunner {
  /** Why it could not be done the last time. */
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
   * One after the other; resolves with the last reply to each request, or with null where one of
   * them can't be done now.
   * @throws {LetoError} LETO_LESSON_FAILED where a reply is not what the lesson is about; or rejects
   * with the signal's reason, before it does more
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

  /** Resolves when those that are awaited now have come, and are what the lesson is about. */
  deferredReplies(): Promise<void> {
    return this.#deferred;
  }

  /** Null when it is done, or else why not. */
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
    request: CommandAction,
    command: string,
    replies: string[],
  ): Promise<string | null> {
    const { node, commands, expects, isDeferred } = request;
    let received: readonly string[];
    try {
      received = await this.#cluster.sendCommands(node, commands, isDeferred === true);
    } catch (error) {
      return toErrorData(error).message;
    }
    const reply = received.at(-1) ?? '';
    this.#ui.emit({ type: 'reply', command, text: reply });
    if (expects.test(reply)) {
      this.#unexpectedReplies = 0;
      replies.push(reply);
      return null;
    }
    if (transientReply.test(reply)) return reply;
    this.#unexpectedReplies += 1;
    if (this.#unexpectedReplies <= unexpectedRepliesMax) return reply;
    throw new LetoError('LETO_LESSON_FAILED', `\`${command}\` was answered with ${reply}`);
  }

  #reportFailure(failure: string): void {
    if (failure !== this.lastFailure) this.#ui.emit({ type: 'trouble', message: failure });
    this.lastFailure = failure;
  }
}

/** Nobody asks a second time for what has been waited for so long. */
function throwIfFailed(failure: string | null): void {
  if (failure === null) return;
  throw new LetoError('LETO_LESSON_FAILED', `a request ended with ${failure}`);
}
