/**
 * Records a cluster's telemetry as lines of a recording, from `begin` to `close`. It never slows
 * the cluster down: what a slow disk cannot take is dropped, counted in the file, and reported by
 * `warn`. TelemetryFilter leaves out what a replay does not need; recording-file.ts is the sink.
 */

import type { ClusterView, Telemetry } from '../control/index.js';
import {
  type RecordingHead,
  type RecordingLine,
  recordingFormat,
  recordingVersion,
} from './format.js';
import { TelemetryFilter } from './telemetry-filter.js';

/** The destination of a recording. `write` receives one or more complete lines, in order. */
export interface RecordingSink {
  write(text: string): Promise<void>;
  close(): Promise<void>;
}

/** The cluster that is recorded. */
interface RecordingSource {
  view(): ClusterView;
  /** Returns a function that stops watching. */
  watch(listener: (telemetry: Telemetry) => void): () => void;
}

/** The interval between writes. A killed process loses at most this much of its recording. */
const flushEveryMs = 100;
/** The number of queued characters from which on reports of messages between nodes are dropped. */
export const messagesQueuedCharsMax = 1024 ** 2;
/**
 * The number of queued characters from which on all other changes are dropped too. A full view
 * follows once the queue has drained.
 */
export const changesQueuedCharsMax = 8 * 1024 ** 2;

export class Recorder {
  readonly #sink: RecordingSink;
  readonly #warn: (message: string) => void;
  readonly #now: () => number;
  readonly #filter = new TelemetryFilter();
  #source: RecordingSource | null = null;
  #stopWatching = () => {};
  #beganAtMs = 0;
  #queue: string[] = [];
  #queuedChars = 0;
  #missed = { messages: 0, changes: 0 };
  #writing: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #hasFailed = false;
  #hasMissed = false;

  /** `warn` receives one sentence per problem. `now` is a monotonic clock in milliseconds. */
  constructor(
    sink: RecordingSink,
    warn: (message: string) => void,
    now: () => number = () => performance.now(),
  ) {
    this.#sink = sink;
    this.#warn = warn;
    this.#now = now;
  }

  /**
   * Starts recording. `nowMs` is the wall clock. Times count from the first event of the view,
   * which is in the past, or from now when there is none.
   */
  begin(source: RecordingSource, nowMs: number): void {
    const view = source.view();
    const startedAt = view.events[0]?.at ?? new Date(nowMs).toISOString();
    const sinceMs = Math.max(0, nowMs - Date.parse(startedAt));
    this.#beganAtMs = this.#now() - sinceMs;
    this.#source = source;
    this.#enqueue({
      format: recordingFormat,
      version: recordingVersion,
      cluster: view.cluster,
      startedAt,
    });
    this.#enqueue({ t: this.#t(), view });
    this.#stopWatching = source.watch((telemetry) => this.#record(telemetry));
  }

  /** Stops recording. Resolves when everything is written and the sink is closed. */
  async close(): Promise<void> {
    this.#stopWatching();
    while (this.#queue.length > 0 || this.#writing || this.#isBehind()) await this.#flush();
    if (this.#timer) clearTimeout(this.#timer);
    await this.#sink.close().catch((error: unknown) => this.#fail(error));
  }

  #record(telemetry: Telemetry): void {
    const t = this.#t();
    const isTraffic = telemetry.type === 'traffic';
    const max = isTraffic ? messagesQueuedCharsMax : changesQueuedCharsMax;
    if (this.#missed.changes > 0 || this.#queuedChars > max) {
      this.#countMissed(isTraffic);
      return;
    }
    const filtered = this.#filter.filter(t, telemetry);
    if (filtered) this.#enqueue({ t, telemetry: filtered });
  }

  #countMissed(isTraffic: boolean): void {
    if (this.#hasFailed) return;
    this.#missed[isTraffic ? 'messages' : 'changes'] += 1;
    if (this.#hasMissed) return;
    this.#hasMissed = true;
    this.#warn(
      'the disk is too slow for the recording: parts are missing, and the file marks where',
    );
  }

  #enqueue(line: RecordingHead | RecordingLine): void {
    if (this.#hasFailed) return;
    const text = `${JSON.stringify(line)}\n`;
    this.#queue.push(text);
    this.#queuedChars += text.length;
    this.#flushSoon();
  }

  #flush(): Promise<void> {
    this.#writing ??= this.#write().finally(() => {
      this.#writing = null;
      this.#timer = null;
      this.#catchUp();
      if (this.#queue.length > 0) this.#flushSoon();
    });
    return this.#writing;
  }

  async #write(): Promise<void> {
    const text = this.#queue.join('');
    this.#queue = [];
    if (text !== '') await this.#sink.write(text).catch((error: unknown) => this.#fail(error));
    this.#queuedChars -= text.length;
  }

  #flushSoon(): void {
    this.#timer ??= setTimeout(() => void this.#flush(), flushEveryMs);
  }

  /**
   * Once the queue has drained enough, records the gap and, when changes are missing, a full view.
   */
  #catchUp(): void {
    if (!this.#source || !this.#isBehind()) return;
    if (this.#queuedChars > messagesQueuedCharsMax / 2) return;
    const missed = this.#missed;
    this.#missed = { messages: 0, changes: 0 };
    this.#enqueue({ t: this.#t(), missed });
    if (missed.changes > 0) this.#enqueue({ t: this.#t(), view: this.#source.view() });
  }

  #isBehind(): boolean {
    return this.#missed.messages + this.#missed.changes > 0;
  }

  /** Gives up the recording. The cluster is not affected. */
  #fail(error: unknown): void {
    this.#hasFailed = true;
    this.#stopWatching();
    this.#queue = [];
    this.#missed = { messages: 0, changes: 0 };
    const why = error instanceof Error ? error.message : String(error);
    this.#warn(`recording stopped: ${why}; what was written so far is kept`);
  }

  #t(): number {
    return Math.round(this.#now() - this.#beganAtMs);
  }
}
