/** Waits until a cluster is ready, and finds the addresses of its nodes. */

import { LetoError } from '../base/index.js';
import type { Address, Status } from '../control/index.js';
import type { ClusterUnderTest } from './cluster-under-test.js';
import { sleep } from './sleep.js';

const readyMsMax = 60_000;
const pollIntervalMs = 20;

/**
 * Resolves with the status once the cluster is ready. Rejects with the signal's reason when that
 * aborts.
 * @throws {LetoError} LETO_TIMED_OUT after 60 s
 */
export async function untilReady(cluster: ClusterUnderTest, signal: AbortSignal): Promise<Status> {
  const deadlineMs = performance.now() + readyMsMax;
  for (;;) {
    const status = await cluster.status();
    signal.throwIfAborted();
    if (status.ready) return status;
    if (performance.now() > deadlineMs) {
      const message = `timed out after ${readyMsMax / 1000} s waiting for the cluster to be ready`;
      throw new LetoError('LETO_TIMED_OUT', message);
    }
    await sleep(pollIntervalMs, signal);
  }
}

/** Returns the addresses for Redis clients of all nodes that have ever run. */
export function addressesOf({
  nodes,
}: Status): { readonly id: string; readonly address: Address }[] {
  return nodes.flatMap(({ id, respPort: port }) =>
    port === null ? [] : [{ id, address: { host: '127.0.0.1', port } }],
  );
}

/** @throws {LetoError} LETO_NODE_STATE while there is no leader */
export function leaderAddressOf(status: Status): Address {
  const leader = addressesOf(status).find(({ id }) => id === status.leader);
  if (leader) return leader.address;
  throw new LetoError('LETO_NODE_STATE', 'the cluster has no leader now; try again');
}
