/**
 * Carries out `check` on a cluster of its own, or on a running one with --attach. Load, faults and
 * the search for a linearization are in src/check.
 */

import { randomInt, randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { LetoError } from '../../base/index.js';
import {
  type CheckOptions,
  type CheckProgress,
  type CheckRun,
  type ClusterUnderTest,
  type FaultName,
  judge,
  type Operation,
  runCheck,
  toHistoryLine,
} from '../../check/index.js';
import { startCluster } from '../../cluster/index.js';
import { exitCodes } from '../shell/exit-codes.js';
import { print, printJson, showProgress } from '../shell/output.js';
import { ProcessShutdown } from '../shell/process-shutdown.js';
import { type CheckReport, checkText, progressText, toCheckReport } from './check-report.js';
import { toClusterUnderTest } from './to-cluster-under-test.js';
import { type GlobalOptions, withCluster } from './verb.js';

/** The options of `check` as they come from the command line. */
export interface CheckFlags {
  readonly seconds: number;
  readonly clients: number;
  readonly keys: number;
  readonly faults: readonly FaultName[];
  readonly seed?: number;
  readonly history?: string;
  readonly attach?: boolean;
  readonly probe?: boolean;
  readonly nodes?: number;
  readonly transport?: 'message-port' | 'tcp';
  readonly reads?: 'linearizable' | 'lease' | 'local';
}

/** The largest seed that the random number generator accepts. */
export const seedMax = 2 ** 32 - 1;

/** How many configurations the search may keep in memory for one key. */
const configurationsMax = 2_000_000;
/** How long the search for a verdict may take before the verdict is unknown. */
const judgeMsMax = 120_000;

/** Breaks a cluster under load and judges the answers of its clients; returns the exit code. */
export async function check(flags: CheckFlags, globals: GlobalOptions): Promise<number> {
  const options: CheckOptions = {
    ...flags,
    seed: flags.seed ?? randomInt(seedMax + 1),
    probesWrites: flags.probe ?? false,
    keyPrefix: flags.attach ? `check:${randomUUID().slice(0, 8)}:` : '',
  };
  const shutdown = new ProcessShutdown();
  try {
    const run = flags.attach
      ? await runOnExistingCluster(globals.name, options, shutdown.signal)
      : await runOnOwnCluster(flags, options, shutdown);
    const report = await judgeRun(run, options, flags.history);
    if (globals.json) printJson(report);
    else print(checkText(report));
    return exitCodeOf(report);
  } finally {
    await shutdown.stop();
    shutdown.dispose();
  }
}

async function runOnOwnCluster(
  { nodes, transport, reads }: CheckFlags,
  options: CheckOptions,
  shutdown: ProcessShutdown,
): Promise<CheckRun> {
  const given = Object.entries({ nodes, transport, reads }).filter(([, value]) => value);
  const cluster = await startCluster({ name: 'check', port: 0, ...Object.fromEntries(given) });
  shutdown.setTarget(cluster);
  await cluster.waitForReady();
  const run = await runWithProgress(toClusterUnderTest(cluster), options, shutdown.signal);
  await shutdown.stop();
  return run;
}

function runOnExistingCluster(
  name: string,
  options: CheckOptions,
  signal: AbortSignal,
): Promise<CheckRun> {
  return withCluster(name, async (client) => {
    let onEvent: Parameters<ClusterUnderTest['onEvent']>[0] = () => {};
    await client.events((event) => onEvent(event));
    const checked: ClusterUnderTest = {
      status: () => client.status(),
      dispatch: (intent) => client.dispatch(intent),
      onEvent: (listener) => {
        onEvent = listener;
      },
    };
    return runWithProgress(checked, options, signal);
  });
}

async function runWithProgress(
  cluster: ClusterUnderTest,
  options: CheckOptions,
  signal: AbortSignal,
): Promise<CheckRun> {
  const progress = showProgress();
  try {
    const observe = (current: CheckProgress) => progress.show(progressText(current));
    return await runCheck(cluster, options, signal, observe);
  } finally {
    progress.end();
  }
}

async function judgeRun(
  run: CheckRun,
  options: CheckOptions,
  file: string | undefined,
): Promise<CheckReport> {
  const history = run.history.toSorted((a, b) => a.startNs - b.startNs);
  if (file !== undefined) await writeHistory(file, history);
  const deadlineMs = performance.now() + judgeMsMax;
  const isOverdue = () => performance.now() > deadlineMs;
  return toCheckReport(run, options, judge(history, { configurationsMax, isOverdue }));
}

async function writeHistory(file: string, history: readonly Operation[]): Promise<void> {
  try {
    await writeFile(file, history.map((operation) => `${toHistoryLine(operation)}\n`).join(''));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const message = `can't write the history to ${file} (${code}); choose another --history`;
    throw new LetoError('LETO_DATA_UNWRITABLE', message);
  }
}

function exitCodeOf({ verdict, crashes }: CheckReport): number {
  if (verdict === 'NOT linearizable' || crashes.length > 0) return exitCodes.failed;
  return verdict === 'linearizable' ? exitCodes.done : exitCodes.timedOut;
}
