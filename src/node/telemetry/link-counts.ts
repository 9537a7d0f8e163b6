/**
 * Counts the messages of this life by peer, so that what one node sent can be compared with what
 * another received.
 */

import type { MessageCounts } from '../../control/index.js';
import type { Message, NodeId } from '../../raft/index.js';
import type { Transport } from '../../transport/index.js';

export class LinkCounts {
  readonly #sent = new Map<NodeId, number>();
  readonly #received = new Map<NodeId, number>();

  get sent(): MessageCounts {
    return this.#sent;
  }

  get received(): MessageCounts {
    return this.#received;
  }

  /** Returns `transport` wrapped so that every message it is asked to send counts as sent. */
  counted(transport: Transport): Transport {
    return {
      send: (messages) => {
        for (const { to } of messages) increase(this.#sent, to);
        transport.send(messages);
      },
      close: () => transport.close(),
    };
  }

  countReceived({ from }: Message): void {
    increase(this.#received, from);
  }
}

function increase(counts: Map<NodeId, number>, peer: NodeId): void {
  counts.set(peer, (counts.get(peer) ?? 0) + 1);
}
