import type { Cluster } from '../cluster/index.js';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * How a cluster in front is told to end: by a signal, a key, or `down`. A second signal forces, and a
 * third does not even wait for the disks.
 */
export class Stopping {
  readonly requested: Promise<void>;
  #resolve: () => void = () => {};
  #cluster: Cluster | null = null;
  #signalCount = 0;
  readonly #onSignal = () => {
    this.#signalCount += 1;
    if (this.#signalCount === 1) this.request();
    else if (this.#signalCount === 2) void this.#cluster?.close({ force: true });
    else process.exit(1);
  };

  constructor() {
    this.requested = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    for (const signal of signals) process.on(signal, this.#onSignal);
  }

  watch(cluster: Cluster): void {
    this.#cluster = cluster;
  }

  request(): void {
    this.#resolve();
  }

  /** Resolves when the nodes have stopped. */
  async stop(): Promise<void> {
    this.request();
    await this.#cluster?.close({ force: this.#signalCount > 1 });
  }

  dispose(): void {
    for (const signal of signals) process.off(signal, this.#onSignal);
  }
}
