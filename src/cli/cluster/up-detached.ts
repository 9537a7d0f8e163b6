/** The parent of `up -d`: starts the cluster in a background process. That process runs up.ts. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync } from 'node:fs';
import { clusterHome, logPath } from '../../cluster/index.js';
import type { Status } from '../../control/index.js';
import { print, printError, printJson } from '../shell/output.js';
import { statusTable } from './status-table.js';
import type { BackgroundMessage } from './up.js';
import type { GlobalOptions } from './verb.js';

/** This environment variable marks the process that runs in the background. */
const backgroundVariable = 'LETO_CLUSTER_IN_BACKGROUND';

export function isInBackground(): boolean {
  return process.env[backgroundVariable] === '1' && process.connected === true;
}

/**
 * Starts the same `up` in a child process and waits until the cluster is ready or has failed.
 * Returns the exit code.
 */
export async function upDetached(
  argv: readonly string[],
  { name, json }: GlobalOptions,
): Promise<number> {
  mkdirSync(clusterHome(name), { recursive: true, mode: 0o700 });
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
  return 0;
}

function show(status: Status, json: boolean): void {
  if (json) printJson(status);
  else print(statusTable(status));
}
