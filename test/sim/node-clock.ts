/**
 * The monotonic clock of one life of a node, in milliseconds: it starts anywhere and runs a little
 * fast or slow. A pause of the node does not stop it, so it is seen to jump afterwards.
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

  /** Forward only: within a life no clock goes back. */
  jump(byMs: number): void {
    this.#startMs += byMs;
  }

  /** What the clock shows at the world's time `worldMs`. */
  at(worldMs: number): number {
    return this.#startMs + (worldMs - this.#bornAtMs) * this.#rate;
  }

  /** How long the world waits until this clock shows `clockMs`. */
  worldMsUntil(clockMs: number, worldMs: number): number {
    return (clockMs - this.at(worldMs)) / this.#rate;
  }
}
