/** Measures how long a cluster takes to acknowledge a write after its leader was killed. */

import { LetoError } from '../base/index.js';
import type { Address } from '../control/index.js';
import { ClientConnection } from './client-connection.js';
import type { ClusterUnderTest } from './cluster-under-test.js';
import { Inserter } from './inserter.js';
import { sleep } from './sleep.js';
import { addressesOf, untilReady } from './until-ready.js';

const writers = 4;
const replyTimeoutMs = 10_000;
const retryMs = 2;
const failoverMsMax = 30_000;

/**
 * Kills the leader while clients write, and restarts it afterwards. Resolves with the milliseconds
 * from the kill command to the first acknowledged write on another node.
 * @throws {LetoError} LETO_TIMED_OUT when no write is acknowledged within 30 s
 */
export async function measureFailover(
  cluster: ClusterUnderTest,
  signal: AbortSignal,
): Promise<number> {
  const status = await untilReady(cluster, signal);
  const nodes = addressesOf(status);
  const survivors = nodes.filter(({ id }) => id !== status.leader).map(({ address }) => address);
  const stopping = new AbortController();
  const stopSignal = AbortSignal.any([signal, stopping.signal, AbortSignal.timeout(failoverMsMax)]);
  const addresses = nodes.map(({ address }) => address);
  const inserters = Array.from({ length: writers }, () => new Inserter(addresses, stopSignal));
  await Promise.all(inserters.map(write));
  const writes = inserters.map((inserter) => writeUntil(inserter, stopSignal));
  try {
    const beganMs = performance.now();
    const [endMs] = await Promise.all([
      untilAnyAcknowledgesWrite(survivors, stopSignal).then(() => performance.now()),
      cluster.dispatch({ type: 'kill', target: status.leader ?? 'leader' }),
    ]);
    return endMs - beganMs;
  } finally {
    stopping.abort();
    await Promise.allSettled(writes);
    await cluster.dispatch({ type: 'restart', target: 'all' });
  }
}

function write(inserter: Inserter): Promise<void> {
  return inserter.insert([{ key: 'failover', value: 'under load' }]);
}

async function writeUntil(inserter: Inserter, signal: AbortSignal): Promise<void> {
  try {
    while (!signal.aborted) await write(inserter);
  } finally {
    inserter.close();
  }
}

/** @throws {LetoError} LETO_TIMED_OUT when none of the nodes acknowledges a write in time */
async function untilAnyAcknowledgesWrite(
  nodes: readonly Address[],
  signal: AbortSignal,
): Promise<void> {
  try {
    await Promise.any(nodes.map((node) => untilAcknowledgesWrite(node, signal)));
  } catch {
    const message = `no write was acknowledged within ${failoverMsMax / 1000} s of the kill`;
    throw new LetoError('LETO_TIMED_OUT', message);
  }
}

/** Resolves when the node at `address` has acknowledged a write. */
async function untilAcknowledgesWrite(address: Address, signal: AbortSignal): Promise<void> {
  const connection = await ClientConnection.open(address, replyTimeoutMs);
  try {
    for (;;) {
      signal.throwIfAborted();
      const { type } = await connection.ask(['SET', 'failover', 'is over']);
      if (type !== 'error') return;
      await sleep(retryMs, signal);
    }
  } finally {
    connection.close();
  }
}
