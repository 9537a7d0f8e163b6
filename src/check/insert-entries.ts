/** Inserts the entries of a stress run with several clients (inserter.ts). */

import { setMaxListeners } from 'node:events';
import type { Address } from '../control/index.js';
import { Inserter } from './inserter.js';
import { stressEntries } from './stress-entries.js';
import type { StressProgress } from './stress-progress.js';

export interface StressOptions {
  readonly entries: number;
  readonly clients: number;
  /** The number of entries that a client sends in one pipeline. */
  readonly batch: number;
}

export interface Insertion {
  /** The time from the first batch to the last acknowledgement. */
  readonly insertMs: number;
  /** Entries that were sent again, for instance because the leader had changed. */
  readonly resent: number;
}

/**
 * Inserts all entries, with each client sending one batch at a time. The first client that fails
 * stops the others.
 * @throws {LetoError} as `Inserter.insert`; or rejects with the signal's reason
 */
export async function insertEntries(
  nodes: readonly Address[],
  { entries, clients, batch }: StressOptions,
  signal: AbortSignal,
  observe: (progress: StressProgress) => void,
): Promise<Insertion> {
  const stopping = new AbortController();
  const stopSignal = AbortSignal.any([signal, stopping.signal]);
  // Every client listens to this signal; Node would warn of a leak.
  setMaxListeners(clients, stopSignal);
  let next = 0;
  let done = 0;
  const insert = async (inserter: Inserter) => {
    while (next < entries) {
      const from = next;
      next = Math.min(from + batch, entries);
      const to = next;
      await inserter.insert(stressEntries(from, to));
      done += to - from;
      observe({ step: 'inserting', done, total: entries });
    }
  };
  const inserters = Array.from({ length: clients }, () => new Inserter(nodes, stopSignal));
  const stopOnFailure = (error: unknown) => {
    stopping.abort(error);
    throw error;
  };
  const beganMs = performance.now();
  const results = await Promise.allSettled(
    inserters.map((each) => insert(each).catch(stopOnFailure)),
  );
  const insertMs = performance.now() - beganMs;
  for (const inserter of inserters) inserter.close();
  stopSignal.throwIfAborted();
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  return { insertMs, resent: inserters.reduce((sum, { resent }) => sum + resent, 0) };
}
