/**
 * Carries out `up`: one cluster in this process, in the foreground or as the child of up-
 * detached.ts.
 */

import { rmSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { toErrorData } from '../../base/index.js';
import { type Cluster, ControlServer, startCluster } from '../../cluster/index.js';
import {
  type ClusterOptions,
  defaultClusterName,
  failedNodes,
  isReadyBesideFailed,
  leaderOf,
  planCluster,
  type Status,
} from '../../control/index.js';
import { exitCodeOf } from '../shell/exit-codes.js';
import { onBrokenPipe, print, printError, printJson } from '../shell/output.js';
import { ProcessShutdown } from '../shell/process-shutdown.js';
import { createRunRecording, type RunRecording } from './record-run.js';
import { sendCommandToNode } from './send-command-to-node.js';
import { toClusterOptions, type UpFlags } from './up-options.js';
import type { GlobalOptions } from './verb.js';
import { eventLine } from './verbs.js';
import { version } from './version.js';

/** A message from a cluster in the background to the process that started it. */
export type BackgroundMessage =
  /** `failure` says which nodes could not start. Null when all run. */
  | { readonly type: 'ready'; readonly status: Status; readonly failure: string | null }
  | { readonly type: 'failed'; readonly message: string; readonly exitCode: number };

/** Runs a cluster until it is told to stop. The caller reports errors to the parent, if any. */
export async function up(flags: UpFlags, globals: GlobalOptions): Promise<void> {
  const options = toClusterOptions(flags, globals.name);
  planCluster(options);
  const shutdown = new ProcessShutdown();
  onBrokenPipe(() => shutdown.request());
  const control = await ControlServer.claim(globals.name, () => shutdown.request());
  let cluster: Cluster | null = null;
  let recording: RunRecording | null = null;
  try {
    removeReadyFile(flags);
    recording = await createRunRecording(flags.record, showsTui(flags, globals));
    cluster = await startCluster(options);
    recording?.begin(cluster);
    shutdown.setTarget(cluster);
    await control.serve(cluster);
    await stayUp(cluster, { ...flags, ...options }, globals, shutdown);
  } finally {
    await shutdown.stop();
    await recording?.end();
    await control.release(cluster !== null && !cluster.isTemporary);
    removeReadyFile(flags);
    shutdown.dispose();
  }
}

function removeReadyFile({ readyFile }: UpFlags): void {
  if (readyFile !== undefined) rmSync(readyFile, { force: true });
}

async function stayUp(
  cluster: Cluster,
  flags: UpFlags & Pick<ClusterOptions, 'password'>,
  globals: GlobalOptions,
  shutdown: ProcessShutdown,
): Promise<void> {
  const isTui = showsTui(flags, globals);
  if (!isTui) showEvents(cluster, globals.json);
  const announced = announceReady(cluster, flags, !isTui);
  if (isTui) await showTui(cluster, globals.color, flags.password ?? null, shutdown);
  await Promise.race([shutdown.untilRequested(), announced]);
  await shutdown.untilRequested();
}

function showsTui({ headless }: UpFlags, { json }: GlobalOptions): boolean {
  const hasTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
  return hasTerminal && !json && headless !== true;
}

function showEvents(cluster: Cluster, json: boolean): void {
  const show = (event: Parameters<typeof eventLine>[0]) => {
    if (json) printJson(event);
    else print(eventLine(event));
  };
  cluster.view().events.forEach(show);
  cluster.onEvent(show);
}

/**
 * Writes the ready-file and tells the parent. A node that cannot start does not keep the others from
 * running. A timeout is an error only in the background.
 */
async function announceReady(cluster: Cluster, flags: UpFlags, printsWarning: boolean) {
  const waitMs = flags.waitTimeout * 1000;
  try {
    await cluster.waitUntil(isReadyBesideFailed, waitMs, 'the cluster to be ready');
  } catch (error) {
    const isAlone = failedNodes(cluster.view()).length === 0;
    if (process.connected && isAlone) throw error;
    const { code, message } = toErrorData(error);
    if (printsWarning && isAlone && code === 'LETO_TIMED_OUT') printError(message);
    if (isAlone) return;
  }
  const status = cluster.status();
  const failure = describeFailedNodes(cluster);
  if (printsWarning && failure !== null) printError(failure);
  if (flags.readyFile !== undefined) await writeReadyFile(flags.readyFile, status);
  notifyParent({ type: 'ready', status, failure });
}

/** Says which nodes could not start and what repairs them. Null when all run. */
function describeFailedNodes(cluster: Cluster): string | null {
  const failed = failedNodes(cluster.view());
  if (failed.length === 0) return null;
  if (leaderOf(cluster.view()) === null)
    return failed.map(({ id, error }) => `${id} is dead: ${error}`).join('. ');
  const { name } = cluster;
  const program = name === defaultClusterName ? 'leto-cluster' : `leto-cluster --name ${name}`;
  const repairs = failed.map(
    ({ id, error, dataDir }) =>
      `${id} is dead, and the other nodes go on: ${error}. ` +
      `To replace it, run ${program} remove ${id}, delete ${dataDir}, and run ${program} add`,
  );
  return repairs.join('. ');
}

/** Writes the file atomically, since scripts wait for it to appear. */
async function writeReadyFile(file: string, status: Status): Promise<void> {
  await writeFile(`${file}.new`, `${JSON.stringify(status)}\n`);
  await rename(`${file}.new`, file);
}

async function showTui(
  cluster: Cluster,
  colour: boolean,
  password: string | null,
  shutdown: ProcessShutdown,
): Promise<void> {
  // Loaded on demand: the terminal UI takes longer to load than most verbs take to run.
  const { runTui } = await import('../../tui/index.js');
  await runTui({
    source: {
      view: () => cluster.view(),
      subscribe: (listener) => cluster.watch(() => listener()),
    },
    dispatch: (intent) => cluster.dispatch(intent),
    ask: (question) => cluster.ask(question),
    sendCommand: (node, words) => sendCommandToNode(cluster.view(), node, words, password),
    quitMode: 'stop',
    stdin: process.stdin,
    stdout: process.stdout,
    colour,
    version,
    signal: shutdown.signal,
  });
  print(`stopping ${cluster.name} ...`);
  await shutdown.stop();
}

/** Sends to the parent process; does nothing in the foreground, where there is no channel. */
function notifyParent(message: BackgroundMessage): void {
  process.send?.(message);
}

export function notifyParentOfFailure(error: unknown): void {
  notifyParent({
    type: 'failed',
    message: toErrorData(error).message,
    exitCode: exitCodeOf(error),
  });
}
