/** A network of nodes linked by TCP on loopback, for the transport contract and other tests. */

import type { TestContext } from 'node:test';
import type { NodeId } from '../../src/raft/index.js';
import { type Protection, TcpTransport } from '../../src/transport/index.js';
import type { Network } from './contract.js';
import type { Endpoint } from './endpoint.js';

export const clusterId = 'the cluster of this test';
export const host = '127.0.0.1';
/** No protection at all. */
export const open: Protection = { secret: null, tls: null };
/** The history claim of a node that has a term. */
export const atWork = { isBlank: false, isAwaitingClaim: false };

/** Links nodes by TCP. A node that restarts gets another port, unless it is given one. */
export class TcpNetwork implements Network {
  readonly #protection: Protection;
  readonly #transports = new Map<NodeId, TcpTransport>();

  constructor(t: TestContext, protection = open) {
    this.#protection = protection;
    t.after(async () => {
      for (const transport of this.#transports.values()) await transport.close();
    });
  }

  /** Starts a node; `port` may be that of its last life. */
  async start(endpoint: Endpoint, port = 0): Promise<TcpTransport> {
    const options = {
      id: endpoint.id,
      clusterId,
      host,
      port,
      flag: '--raft-port',
      advertisedAddresses: null,
      protection: this.#protection,
      historyClaim: () => atWork,
    };
    const transport = await TcpTransport.listen(options, endpoint);
    this.#transports.set(endpoint.id, transport);
    return transport;
  }

  link(a: NodeId, b: NodeId): void {
    this.#linkOneWay(a, b);
    this.#linkOneWay(b, a);
  }

  #linkOneWay(from: NodeId, to: NodeId): void {
    const port = this.#transports.get(to)?.port ?? 0;
    this.#transports.get(from)?.link(to, { host, port });
  }
}
