import { LetoError, toErrorData } from '../base/index.js';
import type { Desk, LessonCluster } from './classroom.js';
import { typed } from './deeds.js';
import type { Deed, Order, Request } from './lesson.js';

/** These pass by themselves: it is done again. */
const passing = /^\(error\) (not leader|MOVED|CLUSTERDOWN|BUSY|UNCERTAIN)/;
const passingCodes: readonly string[] = ['LETO_NODE_STATE', 'LETO_NO_SUCH_NODE', 'LETO_TIMED_OUT'];

/** The first may come of a change in the very moment of asking, as of a new leader. */
const surprisesMax = 1;

/** Does for the student what a step asks for. */
export class Doing {
  /** Why it could not be done the last time. */
  trouble: string | null = null;
  readonly #cluster: LessonCluster;
  readonly #desk: Desk;
  readonly #signal: AbortSignal;
  #surprises = 0;
  #slow: Promise<void> = Promise.resolve();

  constructor(cluster: LessonCluster, desk: Desk, signal: AbortSignal) {
    this.#cluster = cluster;
    this.#desk = desk;
    this.#signal = signal;
  }

  /**
   * One after the other; resolves with the last reply to each request, or with null where one of
   * them can't be done now.
   * @throws {LetoError} LETO_LESSON_FAILED where a reply is not what the lesson is about; or rejects
   * with the signal's reason, before it does more
   */
  async perform(deeds: readonly Deed[]): Promise<string[] | null> {
    const replies: string[] = [];
    for (const deed of deeds) {
      const trouble = await this.#do(deed, replies);
      this.#signal.throwIfAborted();
      if (trouble !== null) {
        this.#complain(trouble);
        return null;
      }
    }
    return replies;
  }

  /** Resolves when those that are awaited now have come, and are what the lesson is about. */
  slowReplies(): Promise<void> {
    return this.#slow;
  }

  /** Null when it is done, or else why not. */
  async #do(deed: Deed, replies: string[]): Promise<string | null> {
    const command = typed(deed, this.#cluster.view());
    this.#desk.tell({ type: 'did', command });
    if (deed.type === 'order') return this.#order(deed);
    if (deed.isSlow) {
      const before = this.#slow;
      const answered = this.#ask(deed, command, []).then(mustBeDone);
      this.#slow = Promise.all([before, answered]).then(() => {});
      this.#slow.catch(() => {});
      return null;
    }
    return this.#ask(deed, command, replies);
  }

  async #order({ intent }: Order): Promise<string | null> {
    try {
      await this.#cluster.dispatch(intent);
      return null;
    } catch (error) {
      const { code, message } = toErrorData(error);
      if (passingCodes.includes(code)) return message;
      throw error;
    }
  }

  async #ask(request: Request, command: string, replies: string[]): Promise<string | null> {
    const { node, commands, expects, isSlow } = request;
    let heard: readonly string[];
    try {
      heard = await this.#cluster.tell(node, commands, isSlow === true);
    } catch (error) {
      return toErrorData(error).message;
    }
    const reply = heard.at(-1) ?? '';
    this.#desk.tell({ type: 'reply', command, text: reply });
    if (expects.test(reply)) {
      this.#surprises = 0;
      replies.push(reply);
      return null;
    }
    if (passing.test(reply)) return reply;
    this.#surprises += 1;
    if (this.#surprises <= surprisesMax) return reply;
    throw new LetoError('LETO_LESSON_FAILED', `\`${command}\` was answered with ${reply}`);
  }

  #complain(trouble: string): void {
    if (trouble !== this.trouble) this.#desk.tell({ type: 'trouble', message: trouble });
    this.trouble = trouble;
  }
}

/** Nobody asks a second time for what has been waited for so long. */
function mustBeDone(trouble: string | null): void {
  if (trouble === null) return;
  throw new LetoError('LETO_LESSON_FAILED', `a request ended with ${trouble}`);
}
