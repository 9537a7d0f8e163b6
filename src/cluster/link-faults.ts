import {
  diffLinks,
  type FaultyLink,
  faultyLinksAfter,
  type LinkIntent,
  type NodeId,
} from '../control/index.js';
import type { Board } from './board.js';
import type { NodeHandle } from './node-handle.js';

/** The table of the faulty links, which is on the board; each node is told its row. */
export class LinkFaults {
  readonly #board: Board;
  readonly #nodes: ReadonlyMap<NodeId, NodeHandle>;

  constructor(board: Board, nodes: ReadonlyMap<NodeId, NodeHandle>) {
    this.#board = board;
    this.#nodes = nodes;
  }

  /** @throws {LetoError} LETO_NO_SUCH_NODE, LETO_BAD_OPTION */
  change(intent: LinkIntent): void {
    const before = this.#board.view.links;
    const after = faultyLinksAfter(this.#board.view, intent);
    this.#replace(after);
    for (const change of diffLinks(before, after)) {
      this.#board.record(null, { type: 'linkChanged', ...change });
    }
  }

  /** The node has left: one that comes under its name begins with sound links. */
  forget(id: NodeId): void {
    this.#replace(this.#board.view.links.filter(({ from, to }) => from !== id && to !== id));
  }

  /** A link's faults live with its sender, and go with its life. */
  sendTo(node: NodeHandle): void {
    const links = this.#board.view.links.filter(({ from }) => from === node.id);
    node.post({ type: 'linkFaults', links });
  }

  #replace(links: readonly FaultyLink[]): void {
    this.#board.publish({ type: 'links', links });
    for (const node of this.#nodes.values()) this.sendTo(node);
  }
}
