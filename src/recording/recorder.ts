import type { ClusterView, Telemetry } from '../control/index.js';
import {
  type RecordingHead,
  type RecordingLine,
  recordingFormat,
  recordingVersion,
} from './format.js';
import { Sieve } from './sieve.js';

/** Where lines go, whole ones, in their order. */
export interface RecordingSink {
  write(text: string): Promise<void>;
  close(): Promise<void>;
}

/** What is recorded. */
interface Recorded {
  view(): ClusterView;
  /** Returns how to stop watching. */
  watch(listener: (telemetry: Telemetry) => void): () => void;
}

/** How far a program that is killed is behind with its file. */
const flushEveryMs = 100;
/** Chars that wait for a slow disk: from here on messages between nodes are left out, */
export const messagesWaitingMax = 1024 ** 2;
/** and from here on all else, until what waits is written and the whole view can follow. */
export const changesWaitingMax = 8 * 1024 ** 2;

/**
 * Writes down all that an onlooker is told, from `begin` to `close`. It never holds up the cluster:
 * what a disk is too slow for is left out, and the file and `complain` say so.
 */
export class Recorder {
  readonly #sink: RecordingSink;
  readonly #complain: (message: string) => void;
  readonly #now: () => number;
  readonly #sieve = new Sieve();
  #recorded: Recorded | null = null;
  #stop = () => {};
  #beganAtMs = 0;
  #waiting: string[] = [];
  #waitingChars = 0;
  #missed = { messages: 0, changes: 0 };
  #writing: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #hasFailed = false;
  #hasMissed = false;

  /** `now` is in milliseconds, and never goes back. */
  constructor(
    sink: RecordingSink,
    complain: (message: string) => void,
    now: () => number = () => performance.now(),
  ) {
    this.#sink = sink;
    this.#complain = complain;
    this.#now = now;
  }

  /** Time counts from the first event, which is before now where a cluster has just started. */
  begin(recorded: Recorded, nowMs: number): void {
    const view = recorded.view();
    const startedAt = view.events[0]?.at ?? new Date(nowMs).toISOString();
    const sinceMs = Math.max(0, nowMs - Date.parse(startedAt));
    this.#beganAtMs = this.#now() - sinceMs;
    this.#recorded = recorded;
    this.#put({
      format: recordingFormat,
      version: recordingVersion,
      cluster: view.cluster,
      startedAt,
    });
    this.#put({ t: this.#t(), view });
    this.#stop = recorded.watch((telemetry) => this.#take(telemetry));
  }

  /** Resolves when all is written. */
  async close(): Promise<void> {
    this.#stop();
    while (this.#waiting.length > 0 || this.#writing || this.#isBehind()) await this.#flush();
    if (this.#timer) clearTimeout(this.#timer);
    await this.#sink.close().catch((error: unknown) => this.#fail(error));
  }

  #take(telemetry: Telemetry): void {
    const t = this.#t();
    const isTraffic = telemetry.type === 'traffic';
    const max = isTraffic ? messagesWaitingMax : changesWaitingMax;
    if (this.#missed.changes > 0 || this.#waitingChars > max) {
      this.#miss(isTraffic);
      return;
    }
    const sifted = this.#sieve.sift(t, telemetry);
    if (sifted) this.#put({ t, telemetry: sifted });
  }

  #miss(isTraffic: boolean): void {
    if (this.#hasFailed) return;
    this.#missed[isTraffic ? 'messages' : 'changes'] += 1;
    if (this.#hasMissed) return;
    this.#hasMissed = true;
    this.#complain('the disk is too slow for the recording: parts are missing, and it says where');
  }

  #put(line: RecordingHead | RecordingLine): void {
    if (this.#hasFailed) return;
    const text = `${JSON.stringify(line)}\n`;
    this.#waiting.push(text);
    this.#waitingChars += text.length;
    this.#flushSoon();
  }

  #flush(): Promise<void> {
    this.#writing ??= this.#write().finally(() => {
      this.#writing = null;
      this.#timer = null;
      this.#catchUp();
      if (this.#waiting.length > 0) this.#flushSoon();
    });
    return this.#writing;
  }

  async #write(): Promise<void> {
    const text = this.#waiting.join('');
    this.#waiting = [];
    if (text !== '') await this.#sink.write(text).catch((error: unknown) => this.#fail(error));
    this.#waitingChars -= text.length;
  }

  #flushSoon(): void {
    this.#timer ??= setTimeout(() => void this.#flush(), flushEveryMs);
  }

  /** Once most is written, what was left out is owned to, and the view is made whole again. */
  #catchUp(): void {
    if (!this.#recorded || !this.#isBehind()) return;
    if (this.#waitingChars > messagesWaitingMax / 2) return;
    const missed = this.#missed;
    this.#missed = { messages: 0, changes: 0 };
    this.#put({ t: this.#t(), missed });
    if (missed.changes > 0) this.#put({ t: this.#t(), view: this.#recorded.view() });
  }

  #isBehind(): boolean {
    return this.#missed.messages + this.#missed.changes > 0;
  }

  /** The cluster goes on without a recording. */
  #fail(error: unknown): void {
    this.#hasFailed = true;
    this.#stop();
    this.#waiting = [];
    this.#missed = { messages: 0, changes: 0 };
    const why = error instanceof Error ? error.message : String(error);
    this.#complain(`the recording ends here: ${why}; what is written stays`);
  }

  #t(): number {
    return Math.round(this.#now() - this.#beganAtMs);
  }
}
