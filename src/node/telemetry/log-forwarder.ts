import type { FromNode, NodeId } from '../../control/index.js';
import type { NodeActivity, NodeObserver } from '../../server/index.js';
import { activityText, eventText } from './log-text.js';

const intervalMs = 100;
/** Lines of one interval, beside those of events; what would be more is counted. */
export const linesPerIntervalMax = 20;

/**
 * A node's log for those who run it in a thread. Events go out at once; what comes and goes at its
 * doors may be thousands a second, and is told together and in part.
 */
export class LineTeller implements NodeObserver {
  readonly seesCommands = false;
  readonly #id: NodeId;
  readonly #post: (message: FromNode) => void;
  #lines: string[] = [];
  #said = 0;
  #leftOut = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(id: NodeId, post: (message: FromNode) => void) {
    this.#id = id;
    this.#post = post;
  }

  see(activity: NodeActivity): void {
    this.#timer ??= setTimeout(() => this.#endInterval(), intervalMs);
    this.#said += 1;
    if (this.#said > linesPerIntervalMax) this.#leftOut += 1;
    else this.#say(activityText(this.#id, activity));
  }

  /** Hears what its node tells, and says it in words. */
  hear(message: FromNode): void {
    if (message.type !== 'events') return;
    for (const event of message.events) this.#say(eventText(this.#id, event));
    this.flush();
  }

  flush(): void {
    if (this.#leftOut > 0) this.#say(`${this.#leftOut} more lines are left out here`);
    this.#leftOut = 0;
    if (this.#lines.length > 0) this.#post({ type: 'lines', lines: this.#lines });
    this.#lines = [];
  }

  #endInterval(): void {
    this.#timer = null;
    this.#said = 0;
    this.flush();
  }

  #say(text: string): void {
    this.#lines.push(`${new Date().toISOString()} ${text}`);
  }
}
