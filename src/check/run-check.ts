import { setMaxListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { Prng } from '../base/prng.js';
import type { Address } from '../control/index.js';
import type { CheckedCluster } from './checked-cluster.js';
import { Client } from './client.js';
import { FaultRunner } from './fault-runner.js';
import type { FaultName } from './faults.js';
import type { Operation } from './operation.js';
import { Recorder, type Tally } from './recorder.js';
import { Requester } from './requester.js';
import { Workload } from './workload.js';

export interface CheckOptions {
  readonly seconds: number;
  readonly clients: number;
  readonly keys: number;
  readonly faults: readonly FaultName[];
  /** Of the workload and the faults. The cluster's timing is its own, so a run is not repeated by it. */
  readonly seed: number;
  readonly probes: boolean;
  /** Before the names of keys, where other runs may have used the same. */
  readonly keyPrefix: string;
}

export interface Progress {
  readonly tally: Readonly<Tally>;
  readonly faults: Readonly<Partial<Record<FaultName, number>>>;
}

/** What a run leaves to judge. */
export interface CheckRun extends Progress {
  readonly history: readonly Operation[];
  readonly longestMsWithoutWrite: number;
  /** Nodes that ended though nobody killed them, and why. */
  readonly crashes: readonly string[];
  /** Keys that could not be read at the end, when all faults were gone. */
  readonly unreadKeys: number;
}

/** The share of the time at the end in which nothing strikes, and its bound. */
const calmShare = 0.25;
const calmMsMax = 3000;
const finalReadsMsMax = 30_000;
const finalPatienceMs = 3000;
const finalRetryMs = 50;
const progressMs = 500;

/**
 * Puts a cluster under load and faults, and then reads every key through every node in turn.
 * `signal` ends the load early.
 */
export async function runCheck(
  cluster: CheckedCluster,
  options: CheckOptions,
  signal: AbortSignal,
  observe: (progress: Progress) => void,
): Promise<CheckRun> {
  const { clients, faults, seed, keys, keyPrefix, probes } = options;
  const recorder = new Recorder();
  const workload = new Workload(keys, keyPrefix);
  const runner = new FaultRunner(cluster, faults, new Prng(seed));
  const nodes = await addressesOf(cluster);
  const crashes: string[] = [];
  cluster.onEvent(({ event, node, reason }) => {
    if (event === 'crashed') crashes.push(`${node} crashed: ${reason}`);
  });
  const makeClient = (_: unknown, at: number) =>
    new Client({ nodes, workload, recorder, prng: new Prng(seed + 1 + at), probes });
  const progress = { tally: recorder.tally, faults: runner.counts };
  const watch = setInterval(() => observe(progress), progressMs);
  try {
    await strain(Array.from({ length: clients }, makeClient), runner, options.seconds, signal);
    const loadEndNs = recorder.nowNs();
    const unreadKeys = await readAll(workload.keys, nodes, recorder);
    const { history } = recorder;
    const longestMsWithoutWrite = longestGapNs(history, loadEndNs) / 1e6;
    return { ...progress, history, longestMsWithoutWrite, crashes, unreadKeys };
  } finally {
    clearInterval(watch);
  }
}

async function addressesOf(cluster: CheckedCluster): Promise<Address[]> {
  const { nodes } = await cluster.status();
  return nodes.flatMap(({ respPort }) =>
    respPort === null ? [] : [{ host: '127.0.0.1', port: respPort }],
  );
}

/** Load for so many seconds, with faults but for the calm at the end; all of it ends if a part fails. */
async function strain(
  clients: readonly Client[],
  runner: FaultRunner,
  seconds: number,
  signal: AbortSignal,
): Promise<void> {
  const load = new AbortController();
  const faults = new AbortController();
  const endAll = () => {
    faults.abort();
    load.abort();
  };
  const loadMs = 1000 * seconds;
  const calmMs = Math.min(calmMsMax, calmShare * loadMs);
  const timers = [setTimeout(() => faults.abort(), loadMs - calmMs), setTimeout(endAll, loadMs)];
  signal.addEventListener('abort', endAll);
  // All clients rest by one signal.
  setMaxListeners(clients.length, load.signal);
  const parts = [runner.run(faults.signal), ...clients.map((client) => client.run(load.signal))];
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
  recorder: Recorder,
): Promise<number> {
  const requester = new Requester(recorder, finalPatienceMs);
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
