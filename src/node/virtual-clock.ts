import { performance } from 'node:perf_hooks';

/** Milliseconds that never go back and pass at `speed` times the real ones; 0 stops them. */
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

  /** From now on; what has passed has passed at the speed before. */
  setSpeed(speed: number): void {
    const realMs = performance.now();
    this.#virtualMs += (realMs - this.#realMs) * this.#speed;
    this.#realMs = realMs;
    this.#speed = speed;
  }

  /** By hand, while time stands still. */
  advance(ms: number): void {
    this.#virtualMs += ms;
  }

  /** By hand, to the very instant: what is due then must not be missed by a rounding. */
  advanceTo(ms: number): void {
    if (ms > this.nowMs) this.#virtualMs = ms;
  }
}
