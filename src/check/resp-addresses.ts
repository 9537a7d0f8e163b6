import type { Address } from '../control/index.js';
import type { ClusterUnderTest } from './cluster-under-test.js';

/** Where the nodes serve clients: of all that have run and are members, dead or not. */
export class RespAddresses {
  #all: readonly Address[] = [];

  get all(): readonly Address[] {
    return this.#all;
  }

  async refresh(cluster: ClusterUnderTest): Promise<void> {
    const { nodes } = await cluster.status();
    this.#all = nodes.flatMap(({ respPort }) =>
      respPort === null ? [] : [{ host: '127.0.0.1', port: respPort }],
    );
  }
}
