import type { ClusterUnderTest } from '../../check/index.js';
import type { Cluster } from '../../cluster/index.js';

/** A cluster of this process, as those see it who break and judge it. */
export function toClusterUnderTest(cluster: Cluster): ClusterUnderTest {
  return {
    status: async () => cluster.status(),
    dispatch: (intent) => cluster.dispatch(intent),
    onEvent: (listener) => cluster.onEvent(listener),
  };
}
