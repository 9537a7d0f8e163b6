import type { FromNode, NodeEvent, NodeReport } from '../../control/index.js';

/** A node reports so often at most while nothing special happens, and only when it has changed. */
const reportIntervalMs = 100;

/** Tells the supervisor what happens and how the node stands. */
export class Reporter {
  readonly #post: (message: FromNode) => void;
  readonly #takeReport: () => NodeReport;
  readonly #nowMs: () => number;
  /** An election timer moves all the time: only who watches is told of that alone. */
  isWatched = false;
  #timer: NodeJS.Timeout | null = null;
  #lastReportText = '';

  /** `nowMs` is on a clock that all threads share. */
  constructor(post: (message: FromNode) => void, take: () => NodeReport, nowMs: () => number) {
    this.#post = post;
    this.#takeReport = take;
    this.#nowMs = nowMs;
  }

  start(): void {
    this.#timer = setInterval(() => this.#report(), reportIntervalMs);
    this.#report();
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
  }

  /** Events go out at once, and with them how the node stands now. */
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
