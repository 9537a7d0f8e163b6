/** Two TCP nodes, of which the first dials the second, for tests of secrets and TLS. */

import type { TestContext } from 'node:test';
import { type Protection, TcpTransport } from '../../src/transport/index.js';
import { Changes } from './changes.js';
import { Endpoint } from './endpoint.js';
import { receiver, sender } from './messages.js';
import { atWork, clusterId, host } from './tcp-network.js';

/** An endpoint that also records why its peer cannot be reached. */
export class Refused extends Endpoint {
  readonly reasons: string[] = [];
  readonly #changes = new Changes();

  onPeerUnreachable(reason: string): void {
    this.reasons.push(reason);
    this.#changes.happened();
  }

  async refused(): Promise<readonly string[]> {
    await this.#changes.until(() => this.reasons.length > 0);
    return this.reasons;
  }
}

/** Starts a TCP node that is closed after the test. */
export async function start(t: TestContext, endpoint: Endpoint, protection: Protection) {
  const options = { id: endpoint.id, clusterId, host, port: 0, flag: '-raftbind' };
  const transport = await TcpTransport.listen(
    { ...options, advertisedAddresses: null, protection, historyClaim: () => atWork },
    endpoint,
  );
  t.after(() => transport.close());
  return transport;
}

/** Starts two nodes, each with its own protection. `call` makes the first dial the second. */
export async function callingPair(t: TestContext, caller: Protection, called: Protection) {
  const [a, b] = [new Refused(sender), new Endpoint(receiver)];
  const [fromA, toB] = [await start(t, a, caller), await start(t, b, called)];
  const call = (port = toB.port) => fromA.link(receiver, { host, port });
  return { a, b, fromA, call, port: toB.port };
}
