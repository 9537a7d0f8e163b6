import { randomInt, randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { LetoError } from '../../base/index.js';
import {
  type CheckedCluster,
  type CheckOptions,
  type CheckRun,
  type FaultName,
  judge,
  type Operation,
  type Progress,
  runCheck,
  toHistoryLine,
} from '../../check/index.js';
import { startCluster } from '../../cluster/index.js';
import { exitCodes } from '../shell/exit-codes.js';
import { say, sayJson, showProgress } from '../shell/output.js';
import { Stopping } from '../shell/stopping.js';
import { type CheckReport, checkText, progressText, toCheckReport } from './check-report.js';
import { toChecked } from './to-checked.js';
import { type Globals, withCluster } from './verb.js';

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

/** What a generator takes in one piece. */
export const seedMax = 2 ** 32 - 1;

/** Configurations of one key, which are kept in memory. */
const configurationsMax = 2_000_000;
/** A verdict that is not there by then is unknown. */
const judgeMsMax = 120_000;

/** Breaks a cluster under load and judges what its clients were told; returns the exit code. */
export async function check(flags: CheckFlags, globals: Globals): Promise<number> {
  const options: CheckOptions = {
    ...flags,
    seed: flags.seed ?? randomInt(seedMax + 1),
    probes: flags.probe ?? false,
    keyPrefix: flags.attach ? `check:${randomUUID().slice(0, 8)}:` : '',
  };
  const stopping = new Stopping();
  try {
    const run = flags.attach
      ? await runOnRunning(globals.name, options, stopping.signal)
      : await runOnItsOwn(flags, options, stopping);
    const report = await judgeRun(run, options, flags.history);
    if (globals.json) sayJson(report);
    else say(checkText(report));
    return exitCodeOf(report);
  } finally {
    await stopping.stop();
    stopping.dispose();
  }
}

async function runOnItsOwn(
  { nodes, transport, reads }: CheckFlags,
  options: CheckOptions,
  stopping: Stopping,
): Promise<CheckRun> {
  const given = Object.entries({ nodes, transport, reads }).filter(([, value]) => value);
  const cluster = await startCluster({ name: 'check', port: 0, ...Object.fromEntries(given) });
  stopping.watch(cluster);
  await cluster.waitForReady();
  const run = await runShown(toChecked(cluster), options, stopping.signal);
  await stopping.stop();
  return run;
}

function runOnRunning(name: string, options: CheckOptions, signal: AbortSignal): Promise<CheckRun> {
  return withCluster(name, async (client) => {
    let tell: Parameters<CheckedCluster['onEvent']>[0] = () => {};
    await client.events((event) => tell(event));
    const checked: CheckedCluster = {
      status: () => client.status(),
      dispatch: (intent) => client.dispatch(intent),
      onEvent: (listener) => {
        tell = listener;
      },
    };
    return runShown(checked, options, signal);
  });
}

async function runShown(
  cluster: CheckedCluster,
  options: CheckOptions,
  signal: AbortSignal,
): Promise<CheckRun> {
  const progress = showProgress();
  try {
    const observe = (seen: Progress) => progress.show(progressText(seen));
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
  const deadlineMs = Date.now() + judgeMsMax;
  const isOverdue = () => Date.now() > deadlineMs;
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
