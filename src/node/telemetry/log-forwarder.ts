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
export class LogForwarder implements NodeObserver {
  readonly wantsCommands = false;
  readonly #id: NodeId;
  readonly #post: (message: FromNode) => void;
  #lines: string[] = [];
  #lineCount = 0;
  #omittedCount = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(id: NodeId, post: (message: FromNode) => void) {
    this.#id = id;
    this.#post = post;
  }

  observe(activity: NodeActivity): void {
    this.#timer ??= setTimeout(() => this.#endInterval(), intervalMs);
    this.#lineCount += 1;
    if (this.#lineCount > linesPerIntervalMax) this.#omittedCount += 1;
    else this.#addLine(activityText(this.#id, activity));
  }

  /** Hears what its node tells, and says it in words. */
  forwardEvents(message: FromNode): void {
    if (message.type !== 'events') return;
    for (const event of message.events) this.#addLine(eventText(this.#id, event));
    this.flush();
  }

  flush(): void {
    if (this.#omittedCount > 0) this.#addLine(`${this.#omittedCount} more lines are left out here`);
    this.#omittedCount = 0;
    if (this.#lines.length > 0) this.#post({ type: 'lines', lines: this.#lines });
    this.#lines = [];
  }

  #endInterval(): void {
    this.#timer = null;
    this.#lineCount = 0;
    this.flush();
  }

  #addLine(text: string): void {
    this.#lines.push(`${new Date().toISOString()} ${text}`);
  }
}
