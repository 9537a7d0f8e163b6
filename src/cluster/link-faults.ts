/**
 * Keeps the table of faulty links and sends each node its row. control/link-changes.ts has the
 * rules, and transport/faults.ts in the sending node applies the faults.
 */

import {
  diffLinks,
  type FaultyLink,
  faultyLinksAfter,
  type LinkIntent,
  type NodeId,
} from '../control/index.js';
import type { Board } from './board.js';
import type { NodeHandle } from './node-handle.js';

/** The table itself is on the board, as `view.links`. */
export class LinkFaults {
  readonly #board: Board;
  readonly #nodes: ReadonlyMap<NodeId, NodeHandle>;

  constructor(board: Board, nodes: ReadonlyMap<NodeId, NodeHandle>) {
    this.#board = board;
    this.#nodes = nodes;
  }

  /**
   * Carries out a link intent and records an event for each link that changed.
   * @throws {LetoError} LETO_NO_SUCH_NODE, LETO_BAD_OPTION
   */
  change(intent: LinkIntent): void {
    const before = this.#board.view.links;
    const after = faultyLinksAfter(this.#board.view, intent);
    this.#replace(after);
    for (const change of diffLinks(before, after)) {
      this.#board.record(null, { type: 'linkChanged', ...change });
    }
  }

  /** Drops the faults of a removed node: a later node of this id starts with healthy links. */
  forget(id: NodeId): void {
    this.#replace(this.#board.view.links.filter(({ from, to }) => from !== id && to !== id));
  }

  /** Sends a node the faults of its outgoing links, which it forgets at the end of each life. */
  sendTo(node: NodeHandle): void {
    const links = this.#board.view.links.filter(({ from }) => from === node.id);
    node.post({ type: 'linkFaults', links });
  }

  #replace(links: readonly FaultyLink[]): void {
    this.#board.publish({ type: 'links', links });
    for (const node of this.#nodes.values()) this.sendTo(node);
  }
}
