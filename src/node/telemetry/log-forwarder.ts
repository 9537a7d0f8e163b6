/**
 * Forwards a node's log lines to the supervisor, for a node that runs in a thread. Events are sent
 * at once. Connections may come by the thousand each second, so their lines are batched and
 * limited.
 */

import type { FromNode, NodeId } from '../../control/index.js';
import type { NodeActivity, NodeObserver } from '../../server/index.js';
import { activityText, eventText } from './log-text.js';

const intervalMs = 100;
/** How many lines about connections one interval holds; further ones are only counted. */
export const linesPerIntervalMax = 20;

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

  /** Forwards the events of a message as log lines; ignores all other messages. */
  forwardEvents(message: FromNode): void {
    if (message.type !== 'events') return;
    for (const event of message.events) this.#addLine(eventText(this.#id, event));
    this.flush();
  }

  flush(): void {
    if (this.#omittedCount > 0) this.#addLine(`${this.#omittedCount} more lines omitted`);
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
