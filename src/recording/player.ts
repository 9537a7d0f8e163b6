/**
 * Plays a recording to the terminal UI in place of a live cluster: position, speed and pause.
 * Recording computes the view at a given time.
 */

import type { ClusterView } from '../control/index.js';
import type { Recording } from './recording.js';
import { clockText } from './times.js';

/** The factors of real time at which a recording can be played. */
export const playbackSpeeds: readonly number[] = [0.1, 0.2, 0.5, 1, 2, 4, 8, 16];
/** The interval between steps while playing. It matches the frame rate of the screen. */
const tickMs = 100;

/** Plays a recording: offers the same view and subscription as a live cluster. Times are in ms. */
export class Player {
  readonly #recording: Recording;
  readonly #startedAtMs: number;
  readonly #listeners = new Set<() => void>();
  #timer: NodeJS.Timeout | null = null;
  #view: ClusterView;
  #t: number;
  #speed = 1;
  #isPaused = false;

  /** Starts at `t`, in milliseconds since the recording began. */
  constructor(recording: Recording, t: number) {
    this.#recording = recording;
    this.#startedAtMs = Date.parse(recording.head.startedAt);
    this.#t = t;
    this.#view = recording.viewAt(t);
  }

  /** Starts the timer that advances the playback. */
  start(): void {
    let lastMs = performance.now();
    this.#timer ??= setInterval(() => {
      const nowMs = performance.now();
      this.advance(nowMs - lastMs);
      lastMs = nowMs;
    }, tickMs);
  }

  /** Stops that timer. */
  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }

  view(): ClusterView {
    return this.#view;
  }

  /** Calls `listener` after every change of the view. Returns a function that unsubscribes it. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Advances the playback by `realMs`, scaled by the speed. No effect while paused or at the end.
   */
  advance(realMs: number): void {
    if (!this.#isPaused && !this.#isOver) this.#goTo(this.#t + realMs * this.#speed);
  }

  /** Toggles between playing and paused. At the end, restarts from the beginning. */
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

  /** Jumps to the next event, or to the end when there is none. */
  toNextEvent(): void {
    const next = this.#recording.eventTimesMs.find((t) => t > this.#t);
    this.#goTo(next ?? this.#recording.durationMs);
  }

  /** The current time of the recording, on the clock of the views' `startedAtMs`. */
  nowMs(): number {
    return this.#startedAtMs + this.#t;
  }

  /** Returns the position and speed, and whether it is paused or ended: `REPLAY 0:34 / 2:10 4x`. */
  statusText(): string {
    const duration = clockText(this.#recording.durationMs);
    const speed = this.#speed === 1 ? '' : ` ${this.#speed}x`;
    const state = this.#isOver ? ' ended' : this.#isPaused ? ' paused' : '';
    return `REPLAY ${clockText(this.#t)} / ${duration}${speed}${state}`;
  }

  get #isOver(): boolean {
    return this.#t >= this.#recording.durationMs;
  }

  /**
   * Always creates a new view object, so that subscribers redraw even when only the time changed.
   */
  #goTo(t: number): void {
    this.#t = Math.max(0, Math.min(t, this.#recording.durationMs));
    this.#view = { ...this.#recording.viewAt(this.#t) };
    for (const listener of this.#listeners) listener();
  }
}
