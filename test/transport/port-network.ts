/** A network of nodes in one process, for the transport contract. */

import type { TestContext } from 'node:test';
import { MessageChannel } from 'node:worker_threads';
import type { NodeId } from '../../src/raft/index.js';
import { PortTransport } from '../../src/transport/index.js';
import type { Network } from './contract.js';
import type { Endpoint } from './endpoint.js';

/** Links nodes by ports, as the supervisor does. */
export class PortNetwork implements Network {
  readonly #transports = new Map<NodeId, PortTransport>();

  constructor(t: TestContext) {
    t.after(async () => {
      for (const transport of this.#transports.values()) await transport.close();
    });
  }

  async start(endpoint: Endpoint): Promise<PortTransport> {
    await this.#transports.get(endpoint.id)?.close();
    const transport = new PortTransport(endpoint.id, endpoint);
    this.#transports.set(endpoint.id, transport);
    return transport;
  }

  link(a: NodeId, b: NodeId): void {
    const { port1, port2 } = new MessageChannel();
    this.#transports.get(a)?.link(b, port1);
    this.#transports.get(b)?.link(a, port2);
  }
}
