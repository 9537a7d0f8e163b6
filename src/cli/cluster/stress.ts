import { readdir } from 'node:fs/promises';
import { LetoError } from '../../base/index.js';
import { runStress, type StressOptions, type StressRun } from '../../check/index.js';
import { startCluster } from '../../cluster/index.js';
import { exitCodes } from '../shell/exit-codes.js';
import { print, printError, printJson } from '../shell/output.js';
import { ProcessShutdown } from '../shell/process-shutdown.js';
import { ProgressBar } from './progress-bar.js';
import { stressText, toStressReport } from './stress-report.js';
import { toClusterUnderTest } from './to-cluster-under-test.js';
import type { GlobalOptions } from './verb.js';

/** The options of `stress` as they come from the command line. */
export interface StressFlags extends StressOptions {
  readonly nodes: number;
  readonly transport: 'message-port' | 'tcp';
  readonly dataDir?: string;
}

/** Fills a cluster of its own, and compares its nodes; returns the exit code. */
export async function stress(flags: StressFlags, { json }: GlobalOptions): Promise<number> {
  await checkDataDir(flags.dataDir);
  const shutdown = new ProcessShutdown();
  try {
    const report = toStressReport(await runOnOwnCluster(flags, shutdown), flags);
    if (json) printJson(report);
    else print(stressText(report));
    return report.ok ? exitCodes.done : exitCodes.failed;
  } catch (error) {
    if (!shutdown.signal.aborted) throw error;
    printError('stopped before all nodes were compared');
    return exitCodes.failed;
  } finally {
    await shutdown.stop();
    shutdown.dispose();
  }
}

async function runOnOwnCluster(flags: StressFlags, shutdown: ProcessShutdown): Promise<StressRun> {
  const { nodes, transport, dataDir } = flags;
  const place = dataDir === undefined ? {} : { dataDir };
  const cluster = await startCluster({ name: 'stress', port: 0, nodes, transport, ...place });
  shutdown.setTarget(cluster);
  const bar = new ProgressBar(process.stderr);
  try {
    const observe = bar.show.bind(bar);
    return await runStress(toClusterUnderTest(cluster), flags, shutdown.signal, observe);
  } finally {
    bar.end();
  }
}

/**
 * A node's data are deleted on the way, so they must be data of this run alone.
 * @throws {LetoError} LETO_BAD_OPTION where the folder is not empty
 */
async function checkDataDir(dataDir: string | undefined): Promise<void> {
  if (dataDir === undefined) return;
  // What is no folder, or can't be read, is told by whoever makes it one.
  const names = await readdir(dataDir).catch(() => []);
  if (names.length === 0) return;
  const message = `${dataDir} is not empty, and stress deletes data; choose an empty --data-dir`;
  throw new LetoError('LETO_BAD_OPTION', message);
}
