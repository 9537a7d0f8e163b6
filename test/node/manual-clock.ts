import { ClusterClock } from '../../src/control/index.js';

/** A clock whose time passes only when the test advances it. */
export class ManualClock extends ClusterClock {
  /** Called after each advance, since timers of the driver run in real time. */
  onAdvance: () => void = () => {};
  readonly #real: { ms: number };

  constructor() {
    const real = { ms: 0 };
    super(ClusterClock.create(1, () => real.ms).memory, () => real.ms);
    this.#real = real;
  }

  advance(ms: number): void {
    this.#real.ms += ms;
    this.onAdvance();
  }
}
