import { LetoError } from '../base/index.js';
import type { Address, Status } from '../control/index.js';
import type { ClusterUnderTest } from './cluster-under-test.js';
import { type Insertion, insertEntries, type StressOptions } from './insert-entries.js';
import { loseDisk } from './lose-disk.js';
import { NodeReader } from './node-reader.js';
import type { StressProgress } from './stress-progress.js';
import { addressesOf, untilReady } from './until-ready.js';
import { type Verification, verify } from './verify.js';

/** What was compared, and after what. */
export interface Stage extends Verification {
  readonly after: string;
}

export interface StressRun {
  /** Null where not all was inserted. */
  readonly insertion: Insertion | null;
  /** The last is the first in which something differed. */
  readonly stages: readonly Stage[];
  /** What else went wrong. */
  readonly failures: readonly string[];
}

/**
 * Fills an empty cluster of at least three nodes and compares its nodes; again after all were
 * restarted, and again after one has lost its disk. Not for a cluster with data of any worth.
 * Rejects with the signal's reason where that ends it.
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
    this.#begin('replacing a node that has lost its disk');
    const { lost, added } = await loseDisk(this.#cluster);
    await this.#verifyAfter(`${lost} lost its disk and ${added} took its place`);
  }

  #begin(step: string): void {
    this.#signal.throwIfAborted();
    this.#observe({ step, done: 0, total: 0 });
  }

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
