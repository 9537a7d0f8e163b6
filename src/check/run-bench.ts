/** Runs `bench`: every cell of bench-cell.ts, and then the failovers of bench-failover.ts. */

import { percentile } from '../base/index.js';
import { benchCells, type CellResult, runCell } from './bench-cell.js';
import { measureFailover } from './bench-failover.js';
import type { ClusterUnderTest } from './cluster-under-test.js';
import type { StressProgress } from './stress-progress.js';

export interface BenchRun {
  readonly throughput: readonly CellResult[];
  readonly failover: { readonly kills: number; readonly p50Ms: number; readonly maxMs: number };
}

const kills = 10;

/**
 * Measures a cluster that has no other load. Rejects with the signal's reason when that aborts.
 * @throws {LetoError} when the cluster does not recover
 */
export async function runBench(
  cluster: ClusterUnderTest,
  secondsPerCell: number,
  signal: AbortSignal,
  observe: (progress: StressProgress) => void,
): Promise<BenchRun> {
  const throughput: CellResult[] = [];
  for (const cell of benchCells) {
    observe({ step: 'measuring SET and GET', done: throughput.length, total: benchCells.length });
    throughput.push(await runCell(cluster, cell, secondsPerCell, signal));
  }
  const failoversMs: number[] = [];
  while (failoversMs.length < kills) {
    observe({ step: 'killing leaders', done: failoversMs.length, total: kills });
    failoversMs.push(await measureFailover(cluster, signal));
  }
  const p50Ms = Math.round(percentile(failoversMs, 0.5) ?? 0);
  return { throughput, failover: { kills, p50Ms, maxMs: Math.round(Math.max(...failoversMs)) } };
}
