import { percentile } from '../base/index.js';
import { type CellFigures, cells, runCell } from './bench-cell.js';
import { measureFailover } from './bench-failover.js';
import type { CheckedCluster } from './checked-cluster.js';
import type { StressProgress } from './stress-progress.js';

export interface BenchRun {
  readonly throughput: readonly CellFigures[];
  readonly failover: { readonly kills: number; readonly p50Ms: number; readonly maxMs: number };
}

const kills = 10;

/**
 * Measures a cluster that has nothing else to do.
 * @throws {LetoError} where it does not recover; rejects with the signal's reason where that ends it
 */
export async function runBench(
  cluster: CheckedCluster,
  secondsPerCell: number,
  signal: AbortSignal,
  observe: (progress: StressProgress) => void,
): Promise<BenchRun> {
  const throughput: CellFigures[] = [];
  for (const cell of cells) {
    observe({ step: 'measuring SET and GET', done: throughput.length, total: cells.length });
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
