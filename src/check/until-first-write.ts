/** Waits for the first acknowledged write, whose time `bench` reports. */

import type { ClusterUnderTest } from './cluster-under-test.js';
import { Inserter } from './inserter.js';
import { addressesOf } from './until-ready.js';

/** Resolves when any node has acknowledged a write. */
export async function untilFirstWrite(
  cluster: ClusterUnderTest,
  signal: AbortSignal,
): Promise<void> {
  const nodes = addressesOf(await cluster.status()).map(({ address }) => address);
  const inserter = new Inserter(nodes, signal);
  try {
    await inserter.insert([{ key: 'first', value: 'write' }]);
  } finally {
    inserter.close();
  }
}
