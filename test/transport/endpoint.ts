/**
 * The handlers of a transport in a test: they record messages and lost peers, and can be waited
 * on.
 */

import type { Message, NodeId } from '../../src/raft/index.js';
import type { TransportHandlers } from '../../src/transport/index.js';
import { Changes } from './changes.js';

/** One life of a node on the network. */
export class Endpoint implements TransportHandlers {
  readonly messages: Message[] = [];
  readonly lost: NodeId[] = [];
  readonly #changes = new Changes();

  constructor(readonly id: NodeId) {}

  onMessage(message: Message): void {
    this.messages.push(message);
    this.#changes.happened();
  }

  onPeerLost(peer: NodeId): void {
    this.lost.push(peer);
    this.#changes.happened();
  }

  async heard(count: number): Promise<readonly Message[]> {
    await this.#changes.until(() => this.messages.length >= count);
    return this.messages;
  }

  /** Resolves when the last message received has this term. */
  async heardTerm(term: number): Promise<void> {
    await this.#changes.until(() => this.messages.at(-1)?.term === term);
  }

  async lostPeers(count: number): Promise<void> {
    await this.#changes.until(() => this.lost.length >= count);
  }
}
