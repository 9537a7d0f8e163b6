/** Runs seeds on all cores. This file is also the script of the worker threads. */

import { availableParallelism } from 'node:os';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { assertPresent } from '../../src/base/assert.js';
import { type SimulationResult, type Statistics, simulate } from './simulation.js';

/** The sums of the results of several seeds. */
export interface Totals {
  readonly seeds: number;
  /** The number of seeds in which enough happened to prove something. */
  readonly counted: number;
  readonly steps: number;
  readonly statistics: Partial<Statistics>;
}

export const noTotals: Totals = { seeds: 0, counted: 0, steps: 0, statistics: {} };

/** Consecutive seeds that one thread runs without a report. */
interface Batch {
  readonly first: number;
  readonly count: number;
  readonly steps: number;
}

export interface BatchResult {
  readonly first: number;
  readonly totals: Totals;
  /** A line for each seed. */
  readonly lines: readonly string[];
  /** The first seed that failed, after which the batch ends. Null when none failed. */
  readonly failedSeed: number | null;
}

interface Range extends Batch {
  readonly batchSeeds: number;
}

/**
 * Runs seeds on all cores, and reports the batches in the order of their seeds up to the first
 * failure. Returns the first seed that failed, or null.
 */
export async function simulateAll(
  { first, count, steps, batchSeeds }: Range,
  onBatch: (result: BatchResult) => void,
): Promise<number | null> {
  const end = first + count;
  const finished = new Map<number, BatchResult>();
  let next = first;
  let reportedUpTo = first;
  let failedSeed: number | null = null;
  const takeBatch = (): Batch | null => {
    if (next >= end || failedSeed !== null) return null;
    const batch = { first: next, count: Math.min(batchSeeds, end - next), steps };
    next += batch.count;
    return batch;
  };
  const take = (result: BatchResult) => {
    finished.set(result.first, result);
    for (let batch = finished.get(reportedUpTo); batch; batch = finished.get(reportedUpTo)) {
      finished.delete(reportedUpTo);
      reportedUpTo += batch.totals.seeds;
      if (failedSeed === null) onBatch(batch);
      failedSeed ??= batch.failedSeed;
    }
  };
  const threads = Math.min(availableParallelism(), Math.ceil(count / batchSeeds));
  await Promise.all(Array.from({ length: threads }, () => runThread(takeBatch, take)));
  return failedSeed;
}

/** Runs a thread that takes batches as long as there are any. */
function runThread(
  takeBatch: () => Batch | null,
  take: (result: BatchResult) => void,
): Promise<void> {
  const worker = new Worker(new URL(import.meta.url), { workerData: threadName });
  const sendNext = () => {
    const batch = takeBatch();
    if (batch) worker.postMessage(batch);
    else void worker.terminate();
  };
  return new Promise((resolve, reject) => {
    worker.on('message', (result: BatchResult) => {
      take(result);
      sendNext();
    });
    worker.once('error', reject);
    worker.once('exit', () => resolve());
    sendNext();
  });
}

/** Marks threads that run seeds, as opposed to other threads that import this file. */
const threadName = 'seeds';

if (!isMainThread && workerData === threadName) {
  const port = assertPresent(parentPort, 'the thread has no parent');
  port.on('message', (batch: Batch) => port.postMessage(runBatch(batch)));
}

function runBatch({ first, count, steps }: Batch): BatchResult {
  let totals = noTotals;
  const lines: string[] = [];
  for (let seed = first; seed < first + count; seed += 1) {
    const result = simulate({ seed, steps });
    totals = sumOf(totals, totalsOf(result));
    lines.push(resultText(result));
    if (result.failure) return { first, totals, lines, failedSeed: seed };
  }
  return { first, totals, lines, failedSeed: null };
}

function totalsOf({ counts, steps, statistics }: SimulationResult): Totals {
  return { seeds: 1, counted: counts ? 1 : 0, steps, statistics };
}

export function sumOf(a: Totals, b: Totals): Totals {
  const statistics: Record<string, number> = { ...a.statistics };
  for (const [name, value] of Object.entries(b.statistics)) {
    statistics[name] = (statistics[name] ?? 0) + value;
  }
  const seeds = a.seeds + b.seeds;
  return { seeds, counted: a.counted + b.counted, steps: a.steps + b.steps, statistics };
}

function resultText({ seed, steps, counts, statistics, hash }: SimulationResult): string {
  const numbers = Object.entries(statistics).map(([name, value]) => `${name} ${value}`);
  const verdict = counts ? '' : ', not counted';
  return `seed ${seed}: steps ${steps} ${numbers.join(' ')} hash ${hash >>> 0}${verdict}`;
}
