/**
 * Handles SIGINT, SIGTERM and SIGHUP for the process; what is closed then is the target's business.
 */

import { once } from 'node:events';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Something that closes gracefully, or at once with `force`, also during a graceful close. */
export interface Closable {
  close(options: { readonly force: boolean }): Promise<void>;
}

/**
 * Ends a cluster or node in the foreground on a signal, a key or `down`. A second signal forces the
 * end; a third exits without waiting for the disks.
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

  /** Aborts when the end has been requested. */
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

  /** Resolves when the target has closed. Closes it by force after two or more requests. */
  async stop(): Promise<void> {
    if (this.#requestCount === 0) this.request();
    await this.#target?.close({ force: this.#requestCount > 1 });
  }

  dispose(): void {
    for (const signal of signals) process.off(signal, this.#onSignal);
  }
}
