import { runBench, writeOnce } from '../../check/index.js';
import { startCluster } from '../../cluster/index.js';
import { exitCodes } from '../shell/exit-codes.js';
import { complain, say, sayJson } from '../shell/output.js';
import { Stopping } from '../shell/stopping.js';
import { type BenchReport, benchText } from './bench-report.js';
import { ProgressBar } from './progress-bar.js';
import { toChecked } from './to-checked.js';
import type { Globals } from './verb.js';

/** The options of `bench` as they come from the command line. */
export interface BenchFlags {
  readonly seconds: number;
  readonly nodes: number;
  readonly transport: 'message-port' | 'tcp';
}

/** Measures a cluster of its own; returns the exit code. */
export async function bench(flags: BenchFlags, { json }: Globals): Promise<number> {
  const stopping = new Stopping();
  try {
    const report = await measure(flags, stopping);
    if (json) sayJson(report);
    else say(benchText(report));
    return exitCodes.done;
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
    complain('stopped before all was measured');
    return exitCodes.failed;
  } finally {
    await stopping.stop();
    stopping.dispose();
  }
}

async function measure(
  { seconds, nodes, transport }: BenchFlags,
  stopping: Stopping,
): Promise<BenchReport> {
  const cluster = await startCluster({ name: 'bench', port: 0, nodes, transport });
  stopping.watch(cluster);
  const checked = toChecked(cluster);
  await writeOnce(checked, stopping.signal);
  // Its origin is the start of the process.
  const firstWriteMs = Math.round(performance.now());
  const idleBytes = process.memoryUsage.rss();
  const bar = new ProgressBar(process.stderr);
  try {
    const observe = bar.show.bind(bar);
    const run = await runBench(checked, seconds, stopping.signal, observe);
    const memory = { idleBytes, loadedBytes: process.memoryUsage.rss() };
    return { nodes, transport, secondsPerCell: seconds, ...run, memory, firstWriteMs };
  } finally {
    bar.end();
  }
}
