import type { ClusterView, Telemetry } from '../control/index.js';
import {
  type RecordingHead,
  type RecordingLine,
  recordingFormat,
  recordingVersion,
} from './format.js';
import { TelemetryFilter } from './telemetry-filter.js';

/** Where lines go, whole ones, in their order. */
export interface RecordingSink {
  write(text: string): Promise<void>;
  close(): Promise<void>;
}

/** What is recorded. */
interface RecordingSource {
  view(): ClusterView;
  /** Returns how to stop watching. */
  watch(listener: (telemetry: Telemetry) => void): () => void;
}

/** How far a program that is killed is behind with its file. */
const flushEveryMs = 100;
/** Chars that wait for a slow disk: from here on messages between nodes are left out, */
export const messagesQueuedCharsMax = 1024 ** 2;
/** and from here on all else, until what waits is written and the whole view can follow. */
export const changesQueuedCharsMax = 8 * 1024 ** 2;

/**
 * Writes down all that an onlooker is told, from `begin` to `close`. It never holds up the cluster:
 * what a disk is too slow for is left out, and the file and `complain` say so.
 */
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

  /** `now` is in milliseconds, and never goes back. */
  constructor(
    sink: RecordingSink,
    warn: (message: string) => void,
    now: () => number = () => performance.now(),
  ) {
    this.#sink = sink;
    this.#warn = warn;
    this.#now = now;
  }

  /** Time counts from the first event, which is before now where a cluster has just started. */
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

  /** Resolves when all is written. */
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

  /** Once most is written, what was left out is owned to, and the view is made whole again. */
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

  /** The cluster goes on without a recording. */
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
