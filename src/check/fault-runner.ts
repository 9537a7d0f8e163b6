/** Injects the faults of faults.ts into a cluster at random times, and undoes every one of them. */

import { LetoError, type Prng } from '../base/index.js';
import type { Intent } from '../control/index.js';
import type { ClusterUnderTest } from './cluster-under-test.js';
import { type FaultName, faultGenerators } from './faults.js';
import { sleep } from './sleep.js';

const idleMsMin = 300;
/**
 * The longest pause per kind of fault. More kinds pause longer, so that the cluster makes progress.
 */
const idleMsMaxPerKind = 1000;
const faultMsMin = 200;
const faultMsMax = 2500;

/** Injects each kind of fault independently of the others. */
export class FaultRunner {
  /** How often each kind of fault was injected. */
  readonly counts: Partial<Record<FaultName, number>>;
  readonly #cluster: ClusterUnderTest;
  readonly #names: readonly FaultName[];
  readonly #prng: Prng;
  readonly #sleep: typeof sleep;

  constructor(
    cluster: ClusterUnderTest,
    names: readonly FaultName[],
    prng: Prng,
    sleepFor = sleep,
  ) {
    this.#cluster = cluster;
    this.#names = names;
    this.#prng = prng;
    this.#sleep = sleepFor;
    this.counts = Object.fromEntries(names.map((name) => [name, 0]));
  }

  /** Injects faults until the signal aborts. Resolves when all faults are undone. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#names.map((name) => this.#runKind(name, signal)));
  }

  async #runKind(name: FaultName, signal: AbortSignal): Promise<void> {
    const idleMsMax = idleMsMaxPerKind * this.#names.length;
    for (;;) {
      await this.#sleep(this.#prng.between(idleMsMin, idleMsMax), signal);
      if (signal.aborted) return;
      const injection = faultGenerators[name](this.#prng, await this.#cluster.status());
      if (injection === null || !(await this.#dispatch(injection.intent))) continue;
      this.counts[name] = (this.counts[name] ?? 0) + 1;
      await this.#sleep(this.#prng.between(faultMsMin, faultMsMax), signal);
      if (injection.undo) await this.#dispatch(injection.undo);
    }
  }

  /**
   * Resolves with false when the cluster has changed, so that the intent has no target any more.
   */
  async #dispatch(intent: Intent): Promise<boolean> {
    try {
      await this.#cluster.dispatch(intent);
      return true;
    } catch (error) {
      if (!(error instanceof LetoError)) throw error;
      // A Raft command that found no quorum in time may still take effect.
      if (error.code === 'LETO_TIMED_OUT') return true;
      if (error.code === 'LETO_NODE_STATE' || error.code === 'LETO_NO_SUCH_NODE') return false;
      throw error;
    }
  }
}
