/**
 * Counts the watchers of a cluster. Nodes report their messages only while there is at least one,
 * so that an unwatched cluster does not pay for it.
 */

import type { NodeId, Telemetry, TrafficReport } from '../control/index.js';
import type { Board } from './board.js';
import type { NodeHandle } from './node-handle.js';

export class Watchers {
  readonly #board: Board;
  readonly #nodes: ReadonlyMap<NodeId, NodeHandle>;
  #count = 0;

  constructor(board: Board, nodes: ReadonlyMap<NodeId, NodeHandle>) {
    this.#board = board;
    this.#nodes = nodes;
  }

  /** Adds a watcher. Returns a function that removes it. */
  add(listener: (telemetry: Telemetry) => void): () => void {
    const stop = this.#board.onTelemetry(listener);
    this.#changeCount(1);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      stop();
      this.#changeCount(-1);
    };
  }

  /** Tells a new life whether the cluster is watched: it starts unwatched. */
  sendTo(node: NodeHandle): void {
    if (this.#count > 0) node.post({ type: 'watch', isWatched: true });
  }

  handleTraffic(from: NodeId, report: TrafficReport): void {
    if (this.#count > 0) this.#board.publish({ type: 'traffic', from, report });
  }

  /** Clears the message rates of a node that is paused or dead. */
  clearTraffic(from: NodeId): void {
    const isShown = this.#board.view.rates.some((rate) => rate.from === from);
    if (!isShown) return;
    const report = { notes: [], sent: [], overMs: 1 };
    this.#board.publish({ type: 'traffic', from, report });
  }

  #changeCount(by: 1 | -1): void {
    const wasWatched = this.#count > 0;
    this.#count += by;
    const isWatched = this.#count > 0;
    if (isWatched === wasWatched) return;
    for (const node of this.#nodes.values()) {
      node.post({ type: 'watch', isWatched });
      if (!isWatched) this.clearTraffic(node.id);
    }
  }
}
