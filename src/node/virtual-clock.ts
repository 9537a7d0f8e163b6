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
}
