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
  /** Of the workload and the faults. The cluster's timing is its own, so a run is not repeated by it. */
  readonly seed: number;
  readonly probesWrites: boolean;
  /** Before the names of keys, where other runs may have used the same. */
  readonly keyPrefix: string;
}

export interface CheckProgress {
  readonly tally: Readonly<Tally>;
  readonly faults: Readonly<Partial<Record<FaultName, number>>>;
}

/** What a run leaves to judge. */
export interface CheckRun extends CheckProgress {
  readonly history: readonly Operation[];
  readonly longestMsWithoutWrite: number;
  /** Nodes that ended though nobody killed them, and why. */
  readonly crashes: readonly string[];
  /** Keys that could not be read at the end, when all faults were gone. */
  readonly unreadKeys: number;
}

/** The share of the time at the end in which nothing strikes, and its bound. */
const faultFreeShare = 0.25;
const faultFreeMsMax = 3000;
const finalReadsMsMax = 30_000;
const finalReplyTimeoutMs = 3000;
const finalRetryMs = 50;
const pollIntervalMs = 500;

/**
 * Puts a cluster under load and faults, and then reads every key through every node in turn.
 * `signal` ends the load early.
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
    throw new LetoError('LETO_NODE_STATE', 'no node of the cluster serves clients; restart them');
  }
  const load = Array.from({ length: clients }, (_, at) => {
    const client = new Client({
      nodes,
      workload,
      recorder,
      prng: new Prng(seed + 1 + at),
      probesWrites,
    });
    return (ending: AbortSignal) => client.run(ending);
  });
  await runLoadAndFaults(
    [...load, (ending) => refreshUntilAborted(refresh, ending)],
    (ending) => runner.run(ending),
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

/** Looks now and then where the nodes are, and lets others look at the progress. */
async function refreshUntilAborted(
  refresh: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await refresh();
    await sleep(pollIntervalMs, signal);
  }
}

/** Goes on until the signal, and resolves when it has cleaned up. */
type Task = (ending: AbortSignal) => Promise<void>;

/** Load for so many seconds, with faults but for the calm at the end; all of it ends if a part fails. */
async function runLoadAndFaults(
  load: readonly Task[],
  faults: Task,
  seconds: number,
  signal: AbortSignal,
): Promise<void> {
  const loadEnding = new AbortController();
  const faultsEnding = new AbortController();
  const endAll = () => {
    faultsEnding.abort();
    loadEnding.abort();
  };
  const loadMs = 1000 * seconds;
  const faultFreeMs = Math.min(faultFreeMsMax, faultFreeShare * loadMs);
  const timers = [
    setTimeout(() => faultsEnding.abort(), loadMs - faultFreeMs),
    setTimeout(endAll, loadMs),
  ];
  signal.addEventListener('abort', endAll);
  if (signal.aborted) endAll();
  // All clients rest by one signal.
  setMaxListeners(load.length, loadEnding.signal);
  const parts = [faults(faultsEnding.signal), ...load.map((part) => part(loadEnding.signal))];
  const endOnFailure = (error: unknown) => {
    endAll();
    throw error;
  };
  const ends = await Promise.allSettled(parts.map((part) => part.catch(endOnFailure)));
  timers.forEach(clearTimeout);
  signal.removeEventListener('abort', endAll);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

/** Returns how many could not be read. */
async function readAll(
  keys: readonly string[],
  nodes: readonly Address[],
  recorder: HistoryRecorder,
): Promise<number> {
  const requester = new Requester(recorder, finalReplyTimeoutMs);
  const deadlineNs = recorder.nowNs() + finalReadsMsMax * 1e6;
  let turn = 0;
  let unread = 0;
  for (const key of keys) {
    const plan = { op: 'get', key, value: null, expected: null } as const;
    let isRead = false;
    while (!isRead && recorder.nowNs() < deadlineNs) {
      const operation = await requester.perform(plan, nodes[turn % nodes.length] as Address);
      isRead = operation?.ok === true;
      turn += 1;
      if (!isRead) await wait(finalRetryMs);
    }
    if (!isRead) unread += 1;
  }
  requester.close();
  return unread;
}

/** From the beginning until `endNs`. */
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
