import { readdir } from 'node:fs/promises';
import { LetoError } from '../../base/index.js';
import { runStress, type StressOptions, type StressRun } from '../../check/index.js';
import { startCluster } from '../../cluster/index.js';
import { exitCodes } from '../shell/exit-codes.js';
import { complain, say, sayJson } from '../shell/output.js';
import { Stopping } from '../shell/stopping.js';
import { ProgressBar } from './progress-bar.js';
import { stressText, toStressReport } from './stress-report.js';
import { toChecked } from './to-checked.js';
import type { Globals } from './verb.js';

/** The options of `stress` as they come from the command line. */
export interface StressFlags extends StressOptions {
  readonly nodes: number;
  readonly transport: 'message-port' | 'tcp';
  readonly dataDir?: string;
}

/** Fills a cluster of its own, and compares its nodes; returns the exit code. */
export async function stress(flags: StressFlags, { json }: Globals): Promise<number> {
  await checkDataDir(flags.dataDir);
  const stopping = new Stopping();
  try {
    const report = toStressReport(await runOnItsOwn(flags, stopping), flags);
    if (json) sayJson(report);
    else say(stressText(report));
    return report.ok ? exitCodes.done : exitCodes.failed;
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
    complain('stopped before all nodes were compared');
    return exitCodes.failed;
  } finally {
    await stopping.stop();
    stopping.dispose();
  }
}

async function runOnItsOwn(flags: StressFlags, stopping: Stopping): Promise<StressRun> {
  const { nodes, transport, dataDir } = flags;
  const place = dataDir === undefined ? {} : { dataDir };
  const cluster = await startCluster({ name: 'stress', port: 0, nodes, transport, ...place });
  stopping.watch(cluster);
  const bar = new ProgressBar(process.stderr);
  try {
    const observe = bar.show.bind(bar);
    return await runStress(toChecked(cluster), flags, stopping.signal, observe);
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
