import { VirtualClock } from '../../src/node/virtual-clock.js';

/** A clock whose time passes only when the test advances it. */
export class ManualClock extends VirtualClock {
  #nowMs = 0;

  constructor() {
    super(1);
  }

  override get nowMs(): number {
    return this.#nowMs;
  }

  override advance(ms: number): void {
    this.#nowMs += ms;
  }
}
