/**
 * Runs `check`: puts a cluster under load (client.ts) and faults (fault-runner.ts), reads every key
 * at the end, and returns the history. judge.ts judges it.
 */

import { setMaxListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { LetoError, Prng } from '../base/index.js';
import type { Address } from '../control/index.js';
import { Client } from './client.js';
import type { ClusterUnderTest } from './cluster-under-test.js';
import { FaultRunner } from './fault-runner.js';
import type { FaultName } from './faults.js';
import { HistoryRecorder, type Tally } from './history-recorder.js';
import type { Operation } from './operation.js';
import { Requester } from './requester.js';
import { RespAddresses } from './resp-addresses.js';
import { sleep } from './sleep.js';
import { Workload } from './workload.js';

export interface CheckOptions {
  readonly seconds: number;
  readonly clients: number;
  readonly keys: number;
  readonly faults: readonly FaultName[];
  /**
   * Seeds the workload and the faults, but not the cluster's timing, so runs are not repeatable.
   */
  readonly seed: number;
  /** True when each acknowledged write is read at once through another node. */
  readonly probesWrites: boolean;
  /** The prefix of all keys, to keep runs on the same cluster apart. */
  readonly keyPrefix: string;
}

export interface CheckProgress {
  readonly tally: Readonly<Tally>;
  readonly faults: Readonly<Partial<Record<FaultName, number>>>;
}

/** The result of a run, to be judged. */
export interface CheckRun extends CheckProgress {
  readonly history: readonly Operation[];
  readonly longestMsWithoutWrite: number;
  /** One line for each crash of a node, with its reason. */
  readonly crashes: readonly string[];
  /** The number of keys that could not be read at the end, without faults. */
  readonly unreadKeys: number;
}

/** The last part of a run has no faults. This is its share of the run, and its upper bound. */
const faultFreeShare = 0.25;
const faultFreeMsMax = 3000;
const finalReadsMsMax = 30_000;
const finalReplyTimeoutMs = 3000;
const finalRetryMs = 50;
const pollIntervalMs = 500;

/**
 * Puts a cluster under load and faults, and then reads every key, from one node after the other. An
 * abort of the signal ends the load early.
 * @throws {LetoError} LETO_NODE_STATE when no node serves clients; or the error that ended the
 * faults
 */
export async function runCheck(
  cluster: ClusterUnderTest,
  options: CheckOptions,
  signal: AbortSignal,
  observe: (progress: CheckProgress) => void,
): Promise<CheckRun> {
  const { clients, faults, seed, keys, keyPrefix, probesWrites } = options;
  const recorder = new HistoryRecorder();
  const workload = new Workload(keys, keyPrefix);
  const runner = new FaultRunner(cluster, faults, new Prng(seed));
  const nodes = new RespAddresses();
  const crashes: string[] = [];
  cluster.onEvent(({ event, node, reason }) => {
    if (event === 'crashed') crashes.push(`${node} crashed: ${reason}`);
  });
  const progress = { tally: recorder.tally, faults: runner.counts };
  const refresh = async () => {
    await nodes.refresh(cluster);
    observe(progress);
  };
  await refresh();
  if (nodes.all.length === 0) {
    throw new LetoError(
      'LETO_NODE_STATE',
      'no node of the cluster serves clients; restart the nodes',
    );
  }
  const load = Array.from({ length: clients }, (_, at) => {
    const client = new Client({
      nodes,
      workload,
      recorder,
      prng: new Prng(seed + 1 + at),
      probesWrites,
    });
    return (stopSignal: AbortSignal) => client.run(stopSignal);
  });
  await runLoadAndFaults(
    [...load, (stopSignal) => refreshUntilAborted(refresh, stopSignal)],
    (stopSignal) => runner.run(stopSignal),
    options.seconds,
    signal,
  );
  const loadEndNs = recorder.nowNs();
  await refresh();
  const unreadKeys = await readAll(workload.keys, nodes.all, recorder);
  const { history } = recorder;
  const longestMsWithoutWrite = longestGapNs(history, loadEndNs) / 1e6;
  return { ...progress, history, longestMsWithoutWrite, crashes, unreadKeys };
}

/** Refreshes the addresses of the nodes, and reports progress, twice a second. */
async function refreshUntilAborted(
  refresh: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await refresh();
    await sleep(pollIntervalMs, signal);
  }
}

/** Runs until the signal aborts, and resolves when it has cleaned up. */
type Task = (stopSignal: AbortSignal) => Promise<void>;

/** Runs the load for `seconds`, with faults except at the end. A failed task stops the others. */
async function runLoadAndFaults(
  load: readonly Task[],
  faults: Task,
  seconds: number,
  signal: AbortSignal,
): Promise<void> {
  const loadStopping = new AbortController();
  const faultsStopping = new AbortController();
  const stopAll = () => {
    faultsStopping.abort();
    loadStopping.abort();
  };
  const loadMs = 1000 * seconds;
  const faultFreeMs = Math.min(faultFreeMsMax, faultFreeShare * loadMs);
  const timers = [
    setTimeout(() => faultsStopping.abort(), loadMs - faultFreeMs),
    setTimeout(stopAll, loadMs),
  ];
  signal.addEventListener('abort', stopAll);
  if (signal.aborted) stopAll();
  // Every client listens to this signal; Node would warn of a leak.
  setMaxListeners(load.length, loadStopping.signal);
  const tasks = [faults(faultsStopping.signal), ...load.map((task) => task(loadStopping.signal))];
  const stopOnFailure = (error: unknown) => {
    stopAll();
    throw error;
  };
  const results = await Promise.allSettled(tasks.map((task) => task.catch(stopOnFailure)));
  timers.forEach(clearTimeout);
  signal.removeEventListener('abort', stopAll);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

/** Reads every key, and resolves with the number of keys that could not be read. */
async function readAll(
  keys: readonly string[],
  nodes: readonly Address[],
  recorder: HistoryRecorder,
): Promise<number> {
  const requester = new Requester(recorder, finalReplyTimeoutMs);
  const deadlineNs = recorder.nowNs() + finalReadsMsMax * 1e6;
  let attempts = 0;
  let unread = 0;
  for (const key of keys) {
    const plan = { op: 'get', key, value: null, expected: null } as const;
    let isRead = false;
    while (!isRead && recorder.nowNs() < deadlineNs) {
      const operation = await requester.perform(plan, nodes[attempts % nodes.length] as Address);
      isRead = operation?.ok === true;
      attempts += 1;
      if (!isRead) await wait(finalRetryMs);
    }
    if (!isRead) unread += 1;
  }
  requester.close();
  return unread;
}

/** Returns the longest time without an acknowledged write, from 0 to `endNs`, in nanoseconds. */
export function longestGapNs(history: readonly Operation[], endNs: number): number {
  const writes = history.filter(({ ok, op }) => ok === true && op !== 'get');
  const timesNs = writes.map((write) => write.endNs).filter((timeNs) => timeNs < endNs);
  timesNs.push(endNs);
  timesNs.sort((a, b) => a - b);
  return timesNs.reduce(
    (longest, timeNs, at) => Math.max(longest, timeNs - (timesNs[at - 1] ?? 0)),
    0,
  );
}
