/**
 * Runs `stress`: inserts entries, and verifies that all nodes are equal (verify.ts), again after a
 * restart and after the loss of a disk. Faults under load belong to run-check.ts.
 */

import { LetoError } from '../base/index.js';
import type { Address, Status } from '../control/index.js';
import type { ClusterUnderTest } from './cluster-under-test.js';
import { type Insertion, insertEntries, type StressOptions } from './insert-entries.js';
import { loseDisk } from './lose-disk.js';
import { NodeReader } from './node-reader.js';
import type { StressProgress } from './stress-progress.js';
import { addressesOf, untilReady } from './until-ready.js';
import { type Verification, verify } from './verify.js';

/** A verification, and what happened before it. */
export interface Stage extends Verification {
  /** A noun phrase or clause that follows "after". */
  readonly after: string;
}

export interface StressRun {
  /** Null when not all entries were inserted. */
  readonly insertion: Insertion | null;
  /** The run stops after the first stage in which something differs. */
  readonly stages: readonly Stage[];
  /** Errors and crashes during the run. */
  readonly failures: readonly string[];
}

/**
 * Fills an empty cluster of at least three nodes and compares the nodes. Repeats the comparison
 * after a restart of all nodes, and after one of them has lost its disk, which deletes data. A
 * LetoError becomes a failure in the result. Rejects with the signal's reason when that aborts.
 */
export async function runStress(
  cluster: ClusterUnderTest,
  options: StressOptions,
  signal: AbortSignal,
  observe: (progress: StressProgress) => void,
): Promise<StressRun> {
  const stress = new StressTest(cluster, options, signal, observe);
  const failures: string[] = [];
  cluster.onEvent(({ event, node, reason }) => {
    if (event === 'crashed') failures.push(`${node} crashed: ${reason}`);
  });
  try {
    await stress.run();
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof LetoError)) throw error;
    failures.push(error.message);
  }
  return { insertion: stress.insertion, stages: stress.stages, failures };
}

class StressTest {
  insertion: Insertion | null = null;
  readonly stages: Stage[] = [];
  readonly #cluster: ClusterUnderTest;
  readonly #options: StressOptions;
  readonly #signal: AbortSignal;
  readonly #observe: (progress: StressProgress) => void;

  constructor(
    cluster: ClusterUnderTest,
    options: StressOptions,
    signal: AbortSignal,
    observe: (progress: StressProgress) => void,
  ) {
    this.#cluster = cluster;
    this.#options = options;
    this.#signal = signal;
    this.#observe = observe;
  }

  async run(): Promise<void> {
    this.#begin('electing a leader');
    const addresses = leaderFirst(await untilReady(this.#cluster, this.#signal));
    this.insertion = await insertEntries(addresses, this.#options, this.#signal, this.#observe);
    if (!(await this.#verifyAfter('the inserts'))) return;
    this.#begin('restarting all nodes');
    await this.#cluster.dispatch({ type: 'kill', target: 'all' });
    await this.#cluster.dispatch({ type: 'restart', target: 'all' });
    if (!(await this.#verifyAfter('a restart of all nodes'))) return;
    this.#begin('replacing a node that lost its disk');
    const { lost, added } = await loseDisk(this.#cluster);
    await this.#verifyAfter(`${lost} lost its disk and ${added} took its place`);
  }

  #begin(step: string): void {
    this.#signal.throwIfAborted();
    this.#observe({ step, done: 0, total: 0 });
  }

  /** Resolves with true when the nodes are equal. */
  async #verifyAfter(after: string): Promise<boolean> {
    const nodes = addressesOf(await untilReady(this.#cluster, this.#signal));
    const readers = nodes.map(({ id, address }) => new NodeReader(id, address, this.#signal));
    try {
      const { entries } = this.#options;
      const found = await verify(readers, entries, this.#signal, this.#observe);
      this.stages.push({ after, ...found });
      return found.differences.length === 0;
    } finally {
      for (const reader of readers) reader.close();
    }
  }
}

function leaderFirst(status: Status): Address[] {
  const [leaders, others] = [true, false].map((leads) =>
    addressesOf(status).filter(({ id }) => (id === status.leader) === leads),
  );
  return [...(leaders ?? []), ...(others ?? [])].map(({ address }) => address);
}
