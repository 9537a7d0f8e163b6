/**
 * Adapts a cluster of this process to what the load, the faults and the checks of src/check need.
 */

import type { ClusterUnderTest } from '../../check/index.js';
import type { Cluster } from '../../cluster/index.js';

export function toClusterUnderTest(cluster: Cluster): ClusterUnderTest {
  return {
    status: async () => cluster.status(),
    dispatch: (intent) => cluster.dispatch(intent),
    onEvent: (listener) => cluster.onEvent(listener),
  };
}
