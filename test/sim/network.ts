import type { Prng } from '../../src/base/prng.js';
import type { NetworkSettings } from './settings.js';

/** Messages under way in the whole world; more are lost. */
const underWayMax = 600;

/** The links between nodes: for each message it says when it arrives, if it does. */
export class Network {
  readonly #nodeCount: number;
  readonly #prng: Prng;
  #settings: NetworkSettings;
  readonly #isCut: boolean[];
  readonly #cloggedUntilMs: number[];
  readonly #lastArrivalMs: number[];
  #underWay = 0;

  constructor(nodeCount: number, settings: NetworkSettings, prng: Prng) {
    this.#nodeCount = nodeCount;
    this.#settings = settings;
    this.#prng = prng;
    this.#isCut = new Array(nodeCount * nodeCount).fill(false);
    this.#cloggedUntilMs = new Array(nodeCount * nodeCount).fill(0);
    this.#lastArrivalMs = new Array(nodeCount * nodeCount).fill(0);
  }

  /** When a message that leaves now arrives, or null where it is lost. */
  arrivalMs(from: number, to: number, nowMs: number): number | null {
    const { delayMsMin, delayMsMean, dropChance, keepsOrder } = this.#settings;
    const { lateChance, lateMsMax } = this.#settings;
    const link = from * this.#nodeCount + to;
    if (this.#isCut[link] || this.#underWay >= underWayMax) return null;
    if (dropChance > 0 && this.#prng.chance(dropChance)) return null;
    let atMs = nowMs + delayMsMin + exponential(this.#prng, delayMsMean);
    const isLate = lateChance > 0 && this.#prng.chance(lateChance);
    if (isLate) atMs += this.#prng.next() * lateMsMax;
    atMs = Math.max(atMs, this.#cloggedUntilMs[link] as number);
    if (keepsOrder && !isLate) {
      atMs = Math.max(atMs, this.#lastArrivalMs[link] as number);
      this.#lastArrivalMs[link] = atMs;
    }
    this.#underWay += 1;
    return atMs;
  }

  isDuplicated(): boolean {
    const { duplicateChance } = this.#settings;
    return duplicateChance > 0 && this.#prng.chance(duplicateChance);
  }

  /** A message is at the end of its link; tells whether the link has been cut meanwhile. */
  arrive(from: number, to: number): boolean {
    this.#underWay -= 1;
    return !this.#isCut[from * this.#nodeCount + to];
  }

  cut(from: number, to: number): void {
    if (from !== to) this.#isCut[from * this.#nodeCount + to] = true;
  }

  /** Cuts every link between nodes of which `isSplit` is true. */
  cutWhere(isSplit: (from: number, to: number) => boolean): void {
    for (let from = 0; from < this.#nodeCount; from += 1) {
      for (let to = 0; to < this.#nodeCount; to += 1) {
        if (isSplit(from, to)) this.cut(from, to);
      }
    }
  }

  clog(from: number, to: number, untilMs: number): void {
    this.#cloggedUntilMs[from * this.#nodeCount + to] = untilMs;
  }

  heal(): void {
    this.#isCut.fill(false);
    this.#cloggedUntilMs.fill(0);
  }

  /** From now on nothing is lost or late. */
  calm(): void {
    this.heal();
    const { delayMsMin } = this.#settings;
    const delayMsMean = Math.min(this.#settings.delayMsMean, delayMsMin * 5);
    const calm = { dropChance: 0, duplicateChance: 0, lateChance: 0, lateMsMax: 0 };
    this.#settings = { ...calm, keepsOrder: true, delayMsMin, delayMsMean };
  }
}

/** A waiting time whose mean is `mean`, cut off at ten times that. */
export function exponential(prng: Prng, mean: number): number {
  return Math.min(-Math.log(1 - prng.next()), 10) * mean;
}
