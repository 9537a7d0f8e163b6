/** A clock that runs at a multiple of real time, never goes back, and stops at speed 0. */

import { performance } from 'node:perf_hooks';

/** Counts virtual milliseconds from 0; `speed` is the number of them in a real millisecond. */
export class VirtualClock {
  #speed: number;
  #realMs = performance.now();
  #virtualMs = 0;

  constructor(speed: number) {
    this.#speed = speed;
  }

  get nowMs(): number {
    return this.#virtualMs + (performance.now() - this.#realMs) * this.#speed;
  }

  get isStopped(): boolean {
    return this.#speed === 0;
  }

  /** Changes the speed from now on; the time so far does not change. */
  setSpeed(speed: number): void {
    const realMs = performance.now();
    this.#virtualMs += (realMs - this.#realMs) * this.#speed;
    this.#realMs = realMs;
    this.#speed = speed;
  }

  /** Moves a stopped clock forward. */
  advance(ms: number): void {
    this.#virtualMs += ms;
  }

  /** Moves a stopped clock to exactly `ms`, so that rounding cannot miss a timer due then. */
  advanceTo(ms: number): void {
    if (ms > this.nowMs) this.#virtualMs = ms;
  }
}
