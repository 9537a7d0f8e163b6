import { once } from 'node:events';
import type { Cluster } from '../cluster/index.js';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * How a cluster in front is told to end: by a signal, a key, or `down`. A second signal forces, and a
 * third does not even wait for the disks.
 */
export class Stopping {
  readonly #controller = new AbortController();
  #cluster: Cluster | null = null;
  #requestCount = 0;
  readonly #onSignal = () => {
    this.request();
    if (this.#requestCount === 2) void this.#cluster?.close({ force: true });
    if (this.#requestCount > 2) process.exit(1);
  };

  constructor() {
    for (const signal of signals) process.on(signal, this.#onSignal);
  }

  /** Aborts when it is time to end. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  async untilRequested(): Promise<void> {
    if (!this.signal.aborted) await once(this.signal, 'abort');
  }

  watch(cluster: Cluster): void {
    this.#cluster = cluster;
  }

  request(): void {
    this.#requestCount += 1;
    this.#controller.abort();
  }

  /** Resolves when the nodes have stopped. */
  async stop(): Promise<void> {
    if (this.#requestCount === 0) this.request();
    await this.#cluster?.close({ force: this.#requestCount > 1 });
  }

  dispose(): void {
    for (const signal of signals) process.off(signal, this.#onSignal);
  }
}
