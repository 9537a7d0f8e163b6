/** The links between the nodes of a simulation. Messages themselves are events in the queue. */

import type { Prng } from '../../src/base/prng.js';
import type { NetworkSettings } from './settings.js';

/** The most messages in flight in the whole world. Further ones are lost. */
const inFlightMax = 600;

/** Decides for each message whether and when it arrives. */
export class Network {
  readonly #nodeCount: number;
  readonly #prng: Prng;
  #settings: NetworkSettings;
  readonly #isCut: boolean[];
  readonly #cloggedUntilMs: number[];
  readonly #lastArrivalMs: number[];
  #inFlight = 0;

  constructor(nodeCount: number, settings: NetworkSettings, prng: Prng) {
    this.#nodeCount = nodeCount;
    this.#settings = settings;
    this.#prng = prng;
    this.#isCut = new Array(nodeCount * nodeCount).fill(false);
    this.#cloggedUntilMs = new Array(nodeCount * nodeCount).fill(0);
    this.#lastArrivalMs = new Array(nodeCount * nodeCount).fill(0);
  }

  /** Returns when a message that is sent now arrives. Null when it is lost. */
  arrivalMs(from: number, to: number, nowMs: number): number | null {
    const { delayMsMin, delayMsMean, dropChance, keepsOrder } = this.#settings;
    const { lateChance, lateMsMax } = this.#settings;
    const link = from * this.#nodeCount + to;
    if (this.#isCut[link] || this.#inFlight >= inFlightMax) return null;
    if (dropChance > 0 && this.#prng.chance(dropChance)) return null;
    let atMs = nowMs + delayMsMin + exponential(this.#prng, delayMsMean);
    const isLate = lateChance > 0 && this.#prng.chance(lateChance);
    if (isLate) atMs += this.#prng.next() * lateMsMax;
    atMs = Math.max(atMs, this.#cloggedUntilMs[link] as number);
    if (keepsOrder && !isLate) {
      atMs = Math.max(atMs, this.#lastArrivalMs[link] as number);
      this.#lastArrivalMs[link] = atMs;
    }
    this.#inFlight += 1;
    return atMs;
  }

  isDuplicated(): boolean {
    const { duplicateChance } = this.#settings;
    return duplicateChance > 0 && this.#prng.chance(duplicateChance);
  }

  /** Called when a message arrives. Returns false when its link was cut meanwhile. */
  arrive(from: number, to: number): boolean {
    this.#inFlight -= 1;
    return !this.#isCut[from * this.#nodeCount + to];
  }

  cut(from: number, to: number): void {
    if (from !== to) this.#isCut[from * this.#nodeCount + to] = true;
  }

  /** Cuts every link for which `isSplit` returns true. */
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

  /** Heals all links; from now on no message is lost or late. */
  calm(): void {
    this.heal();
    const { delayMsMin } = this.#settings;
    const delayMsMean = Math.min(this.#settings.delayMsMean, delayMsMin * 5);
    const calm = { dropChance: 0, duplicateChance: 0, lateChance: 0, lateMsMax: 0 };
    this.#settings = { ...calm, keepsOrder: true, delayMsMin, delayMsMean };
  }
}

/** Draws from an exponential distribution with the given mean, limited to ten times the mean. */
export function exponential(prng: Prng, mean: number): number {
  return Math.min(-Math.log(1 - prng.next()), 10) * mean;
}
