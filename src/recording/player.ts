import type { ClusterView } from '../control/index.js';
import type { Recording } from './recording.js';
import { clockText } from './times.js';

/** Slower and faster than it was. */
export const playbackSpeeds: readonly number[] = [0.1, 0.2, 0.5, 1, 2, 4, 8, 16];
/** As often as the screen shows a new picture. */
const tickMs = 100;

/** Plays a recording to those who would look at a cluster: it has a view, which changes. */
export class Player {
  readonly #recording: Recording;
  readonly #startedAtMs: number;
  readonly #listeners = new Set<() => void>();
  #timer: NodeJS.Timeout | null = null;
  #view: ClusterView;
  #t: number;
  #speed = 1;
  #isPaused = false;

  constructor(recording: Recording, t: number) {
    this.#recording = recording;
    this.#startedAtMs = Date.parse(recording.head.startedAt);
    this.#t = t;
    this.#view = recording.viewAt(t);
  }

  /** From now on time passes by itself. */
  start(): void {
    let lastMs = performance.now();
    this.#timer ??= setInterval(() => {
      const nowMs = performance.now();
      this.advance(nowMs - lastMs);
      lastMs = nowMs;
    }, tickMs);
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }

  view(): ClusterView {
    return this.#view;
  }

  /** Returns how to stop listening. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** So many real milliseconds have passed. */
  advance(realMs: number): void {
    if (!this.#isPaused && !this.#isOver) this.#goTo(this.#t + realMs * this.#speed);
  }

  /** At the end it begins again. */
  playOrPause(): void {
    const isOver = this.#isOver;
    this.#isPaused = isOver ? false : !this.#isPaused;
    this.#goTo(isOver ? 0 : this.#t);
  }

  faster(): void {
    this.#speed = playbackSpeeds.find((speed) => speed > this.#speed) ?? this.#speed;
    this.#goTo(this.#t);
  }

  slower(): void {
    this.#speed = playbackSpeeds.findLast((speed) => speed < this.#speed) ?? this.#speed;
    this.#goTo(this.#t);
  }

  moveBy(ms: number): void {
    this.#goTo(this.#t + ms);
  }

  toStart(): void {
    this.#goTo(0);
  }

  toEnd(): void {
    this.#goTo(this.#recording.durationMs);
  }

  /** The one after this time, or else the end. */
  toNextEvent(): void {
    const next = this.#recording.eventTimesMs.find((t) => t > this.#t);
    this.#goTo(next ?? this.#recording.durationMs);
  }

  /** On the clock of the views' `startedAtMs`. */
  nowMs(): number {
    return this.#startedAtMs + this.#t;
  }

  /** `REPLAY 0:34 / 2:10 4x`, and whether it stands. */
  statusText(): string {
    const whole = clockText(this.#recording.durationMs);
    const speed = this.#speed === 1 ? '' : ` ${this.#speed}x`;
    const still = this.#isOver ? ' ended' : this.#isPaused ? ' paused' : '';
    return `REPLAY ${clockText(this.#t)} / ${whole}${speed}${still}`;
  }

  get #isOver(): boolean {
    return this.#t >= this.#recording.durationMs;
  }

  /** The view is a new object even where nothing has changed but the time. */
  #goTo(t: number): void {
    this.#t = Math.max(0, Math.min(t, this.#recording.durationMs));
    this.#view = { ...this.#recording.viewAt(this.#t) };
    for (const listener of this.#listeners) listener();
  }
}
