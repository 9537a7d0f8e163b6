/** The addresses at which nodes serve Redis clients, kept up to date while members change. */

import type { Address } from '../control/index.js';
import type { ClusterUnderTest } from './cluster-under-test.js';

/** The addresses of all members that have ever run, dead or alive. */
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
