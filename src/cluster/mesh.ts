/**
 * Connects the nodes: gives each pair a MessageChannel, or with TCP tells each node the addresses
 * of the others. Link faults are in link-faults.ts.
 */

import { MessageChannel } from 'node:worker_threads';
import type { NodeId, NodeView, TransportKind } from '../control/index.js';
import type { Board } from './board.js';
import type { NodeHandle } from './node-handle.js';

export class Mesh {
  readonly #board: Board;
  readonly #nodes: ReadonlyMap<NodeId, NodeHandle>;
  readonly #transport: TransportKind;

  constructor(board: Board, nodes: ReadonlyMap<NodeId, NodeHandle>, transport: TransportKind) {
    this.#board = board;
    this.#nodes = nodes;
    this.#transport = transport;
  }

  /**
   * Gives a new life a channel to each live node, since the old channels ended with the previous
   * life. Does nothing with TCP, where nodes dial each other.
   */
  link(node: NodeHandle): void {
    if (this.#transport === 'tcp') return;
    for (const peer of this.#nodes.values()) {
      if (peer === node || !peer.isAlive) continue;
      const { port1, port2 } = new MessageChannel();
      node.post({ type: 'link', peer: peer.id, port: port1 });
      peer.post({ type: 'link', peer: node.id, port: port2 });
    }
  }

  /** Exchanges the addresses of a node that has begun to serve with those of all others. */
  exchangeAddresses(node: NodeHandle): void {
    const { nodes } = this.#board.view;
    const own = nodes.find(({ id }) => id === node.id);
    for (const peer of this.#nodes.values()) {
      if (peer === node) continue;
      sendAddress(
        nodes.find(({ id }) => id === peer.id),
        node,
      );
      sendAddress(own, peer);
    }
  }
}

/** Tells `to` the addresses of a node, if they are known. */
function sendAddress(node: NodeView | undefined, to: NodeHandle): void {
  if (!node) return;
  const { id: peer, host, respPort, raftPort, httpPort } = node;
  const address = (port: number | null) => (port === null ? null : { host, port });
  const resp = address(respPort);
  if (!resp) return;
  to.post({ type: 'peerAddress', peer, resp, raft: address(raftPort), http: address(httpPort) });
}
