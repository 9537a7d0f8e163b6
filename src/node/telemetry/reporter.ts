/** Sends a node's events and state to the supervisor. Traffic sends the messages for observers. */

import type { FromNode, NodeEvent, NodeReport } from '../../control/index.js';

/** The interval between reports without an event; an unchanged node sends none. */
const reportIntervalMs = 100;

export class Reporter {
  readonly #post: (message: FromNode) => void;
  readonly #takeReport: () => NodeReport;
  readonly #nowMs: () => number;
  /** True while the cluster is observed: a changed election timer alone then causes a report. */
  isWatched = false;
  #timer: NodeJS.Timeout | null = null;
  #lastReportText = '';

  /** `nowMs` reads a clock that all threads share. */
  constructor(
    post: (message: FromNode) => void,
    takeReport: () => NodeReport,
    nowMs: () => number,
  ) {
    this.#post = post;
    this.#takeReport = takeReport;
    this.#nowMs = nowMs;
  }

  start(): void {
    this.#timer = setInterval(() => this.#report(), reportIntervalMs);
    this.#report();
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
  }

  /** Sends the events at once, followed by the state of the node if it has changed. */
  reportEvents(events: readonly NodeEvent[]): void {
    if (events.length === 0) return;
    this.#post({ type: 'events', events, atMs: this.#nowMs() });
    this.#report();
  }

  #report(): void {
    const report = this.#takeReport();
    const text = JSON.stringify(this.isWatched ? report : { ...report, electionTimer: null });
    if (text === this.#lastReportText) return;
    this.#lastReportText = text;
    this.#post({ type: 'report', report });
  }
}
