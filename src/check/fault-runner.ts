import { LetoError, type Prng } from '../base/index.js';
import type { Intent } from '../control/index.js';
import type { CheckedCluster } from './checked-cluster.js';
import { type FaultName, faults } from './faults.js';
import { rest } from './rest.js';

const restMsMin = 300;
/** With more kinds of faults each rests longer, so that the cluster gets some work done. */
const restMsMaxPerKind = 1000;
const lastMsMin = 200;
const lastMsMax = 2500;

/** Lets faults strike at random times, each kind by itself, and takes every one away again. */
export class FaultRunner {
  /** How often each has struck. */
  readonly counts: Partial<Record<FaultName, number>>;
  readonly #cluster: CheckedCluster;
  readonly #names: readonly FaultName[];
  readonly #prng: Prng;
  readonly #rest: typeof rest;

  constructor(cluster: CheckedCluster, names: readonly FaultName[], prng: Prng, waits = rest) {
    this.#cluster = cluster;
    this.#names = names;
    this.#prng = prng;
    this.#rest = waits;
    this.counts = Object.fromEntries(names.map((name) => [name, 0]));
  }

  /** Until the signal; resolves when all faults are gone. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#names.map((name) => this.#runKind(name, signal)));
  }

  async #runKind(name: FaultName, signal: AbortSignal): Promise<void> {
    const restMsMax = restMsMaxPerKind * this.#names.length;
    for (;;) {
      await this.#rest(this.#prng.between(restMsMin, restMsMax), signal);
      if (signal.aborted) return;
      const strike = faults[name](this.#prng, await this.#cluster.status());
      if (strike === null || !(await this.#dispatch(strike.intent))) continue;
      this.counts[name] = (this.counts[name] ?? 0) + 1;
      await this.#rest(this.#prng.between(lastMsMin, lastMsMax), signal);
      if (strike.remedy) await this.#dispatch(strike.remedy);
    }
  }

  /** False where the cluster has changed meanwhile, so that there is nothing to do it to. */
  async #dispatch(intent: Intent): Promise<boolean> {
    try {
      await this.#cluster.dispatch(intent);
      return true;
    } catch (error) {
      if (!(error instanceof LetoError)) throw error;
      // An order to Raft that finds no quorum for long may be carried out yet.
      if (error.code === 'LETO_TIMED_OUT') return true;
      if (error.code === 'LETO_NODE_STATE' || error.code === 'LETO_NO_SUCH_NODE') return false;
      throw error;
    }
  }
}
