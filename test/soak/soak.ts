/** The soak on nodes in threads; process-soak.ts has the one on `leto` processes. */

import { setTimeout as pause } from 'node:timers/promises';
import { Prng } from '../../src/base/prng.js';
import { type Cluster, startCluster } from '../../src/cluster/index.js';
import { isReady, type TransportKind } from '../../src/control/index.js';
import { leaderIn, missingOn, type Tally, WriteLoad } from '../helpers/load.js';

export interface SoakOptions {
  readonly kills: number;
  readonly seed: number;
  readonly transport: TransportKind;
  readonly onProgress?: (kills: number, tally: Tally) => void;
}

export interface SoakResult {
  readonly tally: Tally;
  /** Acknowledged writes that are missing on some node at the end. */
  readonly missing: readonly string[];
  readonly crashes: readonly string[];
}

/** Short timeouts, so that there is a leader to kill most of the time. */
const hasty = { electionTimeoutMs: [80, 160], heartbeatMs: 20 } as const;
/** Short enough that kills also hit a node while it starts. */
const killGapMsMax = 40;
/** The share of kills that wait until writes succeed again; the others do not wait. */
const loadedShare = 0.4;
const loadedWritesMax = 200;
/** The share of kills that kill all nodes at once. */
const killAllShare = 0.05;
const patienceMs = 120_000;

/** Kills nodes under write load; returns the acknowledged writes that were lost. */
export async function soak({
  kills,
  seed,
  transport,
  onProgress,
}: SoakOptions): Promise<SoakResult> {
  await using cluster = await startCluster({ port: 0, transport, ...hasty });
  await cluster.waitForReady(patienceMs);
  const crashes: string[] = [];
  cluster.onEvent(({ event, node, reason }) => {
    if (event === 'crashed') crashes.push(`${node}: ${reason}`);
  });
  const load = new WriteLoad(leaderIn(cluster), 6);
  const prng = new Prng(seed);
  for (let done = 0; done < kills; ) {
    if (prng.chance(loadedShare)) await load.acknowledged(1 + prng.below(loadedWritesMax));
    done += await killSome(cluster, prng);
    onProgress?.(done, load.tally);
  }
  await revive(cluster);
  await cluster.waitUntil(isReady, patienceMs, 'the last recovery');
  await load.acknowledged(1);
  const tally = await load.stop();
  const missing: string[] = [];
  for (const { port } of cluster.addresses()) missing.push(...(await missingOn(port, tally)));
  return { tally, missing, crashes };
}

/** Returns how many nodes it has killed. Does not wait for restarts, so kills can hit them. */
async function killSome(cluster: Cluster, prng: Prng): Promise<number> {
  await pause(prng.below(killGapMsMax));
  const alive = cluster.view().nodes.filter(({ state }) => state !== 'dead');
  if (alive.length === 0) {
    await revive(cluster);
    return 0;
  }
  const all = prng.chance(killAllShare);
  await cluster.kill(all ? 'all' : prng.pick(alive).id);
  await pause(prng.below(killGapMsMax));
  const restarts = cluster.view().nodes.filter(({ state }) => state === 'dead');
  for (const { id } of restarts) cluster.restart(id).catch(() => {});
  return all ? alive.length : 1;
}

async function revive(cluster: Cluster): Promise<void> {
  const dead = cluster.view().nodes.filter(({ state }) => state === 'dead');
  await Promise.all(dead.map(({ id }) => cluster.restart(id)));
}
