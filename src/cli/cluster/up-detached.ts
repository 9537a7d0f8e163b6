/** The parent of `up -d`: starts the cluster in a background process. That process runs up.ts. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { logPath, makeClusterHome } from '../../cluster/index.js';
import { planCluster, type Status } from '../../control/index.js';
import { exitCodes } from '../shell/exit-codes.js';
import { print, printError, printJson } from '../shell/output.js';
import { statusTable } from './status-table.js';
import type { BackgroundMessage } from './up.js';
import { toClusterOptions, type UpFlags } from './up-options.js';
import type { GlobalOptions } from './verb.js';

/** This environment variable marks the process that runs in the background. */
const backgroundVariable = 'LETO_CLUSTER_IN_BACKGROUND';

export function isInBackground(): boolean {
  return process.env[backgroundVariable] === '1' && process.connected === true;
}

/**
 * Starts the same `up` in a child process and waits until the cluster is ready or has failed.
 * Returns the exit code: 4 when it runs, but a node could not start.
 */
export async function upDetached(
  argv: readonly string[],
  flags: UpFlags,
  { name, json }: GlobalOptions,
): Promise<number> {
  planCluster(toClusterOptions(flags, name));
  await makeClusterHome(name);
  const log = openSync(logPath(name), 'a', 0o600);
  const child = spawn(process.execPath, argv.slice(1), {
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
    env: { ...process.env, [backgroundVariable]: '1' },
  });
  const exited = once(child, 'exit').then((): BackgroundMessage => {
    return {
      type: 'failed',
      message: `the cluster ended before it was ready; see ${logPath(name)}`,
      exitCode: 1,
    };
  });
  const told = once(child, 'message').then(([message]) => message as BackgroundMessage);
  const outcome = await Promise.race([told, exited]);
  if (outcome.type === 'failed') {
    await exited;
    printError(outcome.message);
    return outcome.exitCode;
  }
  child.disconnect();
  child.unref();
  show(outcome.status, json);
  if (outcome.failure === null) return exitCodes.done;
  printError(outcome.failure);
  return exitCodes.timedOut;
}

function show(status: Status, json: boolean): void {
  if (json) printJson(status);
  else print(statusTable(status));
}
