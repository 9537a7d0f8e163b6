/**
 * The monotonic clock of one life of a node, in milliseconds. It starts anywhere and runs slightly
 * fast or slow. A pause of the node does not stop it, so the node sees it jump afterwards.
 */
export class NodeClock {
  readonly #bornAtMs: number;
  #startMs: number;
  readonly #rate: number;

  constructor(bornAtMs: number, startMs: number, rate: number) {
    this.#bornAtMs = bornAtMs;
    this.#startMs = startMs;
    this.#rate = rate;
  }

  /** Moves the clock forward. It never goes back within a life. */
  jump(byMs: number): void {
    this.#startMs += byMs;
  }

  /** Returns what the clock shows at the time `worldMs` of the world. */
  at(worldMs: number): number {
    return this.#startMs + (worldMs - this.#bornAtMs) * this.#rate;
  }

  /** Returns how long it takes, in time of the world, until the clock shows `clockMs`. */
  worldMsUntil(clockMs: number, worldMs: number): number {
    return (clockMs - this.at(worldMs)) / this.#rate;
  }
}
