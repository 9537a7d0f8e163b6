/** Carries out `bench`. What is measured, and how, is in src/check. */

import { runBench, untilFirstWrite } from '../../check/index.js';
import { startCluster } from '../../cluster/index.js';
import { exitCodes } from '../shell/exit-codes.js';
import { print, printError, printJson } from '../shell/output.js';
import { ProcessShutdown } from '../shell/process-shutdown.js';
import { type BenchReport, benchText } from './bench-report.js';
import { ProgressBar } from './progress-bar.js';
import { toClusterUnderTest } from './to-cluster-under-test.js';
import type { GlobalOptions } from './verb.js';

/** The options of `bench` as they come from the command line. */
export interface BenchFlags {
  readonly seconds: number;
  readonly nodes: number;
  readonly transport: 'message-port' | 'tcp';
}

/** Starts a cluster, measures it and stops it; returns the exit code. */
export async function bench(flags: BenchFlags, { json }: GlobalOptions): Promise<number> {
  const shutdown = new ProcessShutdown();
  try {
    const report = await measure(flags, shutdown);
    if (json) printJson(report);
    else print(benchText(report));
    return exitCodes.done;
  } catch (error) {
    if (!shutdown.signal.aborted) throw error;
    printError('stopped before all measurements were done');
    return exitCodes.failed;
  } finally {
    await shutdown.stop();
    shutdown.dispose();
  }
}

async function measure(
  { seconds, nodes, transport }: BenchFlags,
  shutdown: ProcessShutdown,
): Promise<BenchReport> {
  const cluster = await startCluster({ name: 'bench', port: 0, nodes, transport });
  shutdown.setTarget(cluster);
  const checked = toClusterUnderTest(cluster);
  await untilFirstWrite(checked, shutdown.signal);
  // performance.now() counts from the start of the process.
  const firstWriteMs = Math.round(performance.now());
  const idleBytes = process.memoryUsage.rss();
  const bar = new ProgressBar(process.stderr);
  try {
    const observe = bar.show.bind(bar);
    const run = await runBench(checked, seconds, shutdown.signal, observe);
    const memory = { idleBytes, loadedBytes: process.memoryUsage.rss() };
    return { nodes, transport, secondsPerCell: seconds, ...run, memory, firstWriteMs };
  } finally {
    bar.end();
  }
}
