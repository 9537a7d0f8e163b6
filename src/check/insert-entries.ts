import { setMaxListeners } from 'node:events';
import type { Address } from '../control/index.js';
import { Inserter } from './inserter.js';
import { stressEntries } from './stress-entries.js';
import type { StressProgress } from './stress-progress.js';

export interface StressOptions {
  readonly entries: number;
  readonly clients: number;
  /** Entries that a client sends in one pipeline. */
  readonly batch: number;
}

export interface Insertion {
  /** From the first batch to the last acknowledgement. */
  readonly insertMs: number;
  /** Entries that had to be sent once more, since the leader had changed. */
  readonly resent: number;
}

/** Clients insert all entries at once, each a batch at a time. The first that fails ends all. */
export async function insertEntries(
  nodes: readonly Address[],
  { entries, clients, batch }: StressOptions,
  signal: AbortSignal,
  observe: (progress: StressProgress) => void,
): Promise<Insertion> {
  const ending = new AbortController();
  const stopSignal = AbortSignal.any([signal, ending.signal]);
  // All clients rest by one signal.
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
  const endOnFailure = (error: unknown) => {
    ending.abort(error);
    throw error;
  };
  const beganMs = performance.now();
  const ends = await Promise.allSettled(inserters.map((each) => insert(each).catch(endOnFailure)));
  const insertMs = performance.now() - beganMs;
  for (const inserter of inserters) inserter.close();
  stopSignal.throwIfAborted();
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return { insertMs, resent: inserters.reduce((sum, { resent }) => sum + resent, 0) };
}
