/** Carries out `stress` on a cluster of its own. The load and the comparison are in src/check. */

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

/** Starts a cluster, fills it, compares its nodes and stops it; returns the exit code. */
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
  const dataOption = dataDir === undefined ? {} : { dataDir };
  const cluster = await startCluster({ name: 'stress', port: 0, nodes, transport, ...dataOption });
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
 * Refuses a folder with data, since the run deletes the data of a node.
 * @throws {LetoError} LETO_BAD_OPTION when the folder is not empty
 */
async function checkDataDir(dataDir: string | undefined): Promise<void> {
  if (dataDir === undefined) return;
  // A path that is not a readable folder is reported when the cluster starts.
  const names = await readdir(dataDir).catch(() => []);
  if (names.length === 0) return;
  const message = `${dataDir} is not empty, and stress deletes data; choose an empty --data-dir`;
  throw new LetoError('LETO_BAD_OPTION', message);
}
