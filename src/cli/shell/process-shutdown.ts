import { once } from 'node:events';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What ends when it is told to: kindly, or at once, also after it was told to end kindly. */
export interface Closable {
  close(options: { readonly force: boolean }): Promise<void>;
}

/**
 * How a cluster or a node in front is told to end: by a signal, a key, or `down`. A second signal forces, and a
 * third does not even wait for the disks.
 */
export class ProcessShutdown {
  readonly #controller = new AbortController();
  #target: Closable | null = null;
  #requestCount = 0;
  readonly #onSignal = () => {
    this.request();
    if (this.#requestCount === 2) void this.#target?.close({ force: true });
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

  setTarget(running: Closable): void {
    this.#target = running;
  }

  request(): void {
    this.#requestCount += 1;
    this.#controller.abort();
  }

  /** Resolves when it has ended. */
  async stop(): Promise<void> {
    if (this.#requestCount === 0) this.request();
    await this.#target?.close({ force: this.#requestCount > 1 });
  }

  dispose(): void {
    for (const signal of signals) process.off(signal, this.#onSignal);
  }
}
