import { MessageChannel } from 'node:worker_threads';
import type { NodeId, NodeView, TransportKind } from '../control/index.js';
import type { Board } from './board.js';
import type { NodeHandle } from './node-handle.js';

/** The links between the nodes, and who listens where. */
export class Mesh {
  readonly #board: Board;
  readonly #nodes: ReadonlyMap<NodeId, NodeHandle>;
  readonly #transport: TransportKind;

  constructor(board: Board, nodes: ReadonlyMap<NodeId, NodeHandle>, transport: TransportKind) {
    this.#board = board;
    this.#nodes = nodes;
    this.#transport = transport;
  }

  /** Ports to all that live; the old ones went with the last life. Over TCP nodes dial each other. */
  link(node: NodeHandle): void {
    if (this.#transport === 'tcp') return;
    for (const peer of this.#nodes.values()) {
      if (peer === node || !peer.isAlive) continue;
      const { port1, port2 } = new MessageChannel();
      node.post({ type: 'link', peer: peer.id, port: port1 });
      peer.post({ type: 'link', peer: node.id, port: port2 });
    }
  }

  /** A node that has begun to serve learns where all others listen, and they where it does. */
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

/** Tells `to` where `of` listens, if that is known. */
function sendAddress(of: NodeView | undefined, to: NodeHandle): void {
  if (!of) return;
  const { id: peer, host, respPort, raftPort, httpPort } = of;
  const address = (port: number | null) => (port === null ? null : { host, port });
  const resp = address(respPort);
  if (!resp) return;
  to.post({ type: 'peerAddress', peer, resp, raft: address(raftPort), http: address(httpPort) });
}
