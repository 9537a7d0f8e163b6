/** Keeps the latest log lines of each node, also after its death. */

import { EventEmitter } from 'node:events';
import { linesKeptMax, type NodeId } from '../control/index.js';

export class NodeLines {
  readonly #kept = new Map<NodeId, string[]>();
  readonly #emitter = new EventEmitter<{ lines: [NodeId, readonly string[]] }>();

  constructor() {
    this.#emitter.setMaxListeners(0);
  }

  add(id: NodeId, lines: readonly string[]): void {
    const kept = [...(this.#kept.get(id) ?? []), ...lines];
    this.#kept.set(id, kept.slice(-linesKeptMax));
    this.#emitter.emit('lines', id, lines);
  }

  of(id: NodeId): readonly string[] {
    return this.#kept.get(id) ?? [];
  }

  forget(id: NodeId): void {
    this.#kept.delete(id);
  }

  /** Calls `listener` with the new lines of a node. Returns a function that unsubscribes. */
  onLines(id: NodeId, listener: (lines: readonly string[]) => void): () => void {
    const forward = (node: NodeId, lines: readonly string[]) => {
      if (node === id) listener(lines);
    };
    this.#emitter.on('lines', forward);
    return () => this.#emitter.off('lines', forward);
  }
}
