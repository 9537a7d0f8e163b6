import { EventEmitter } from 'node:events';
import { linesKeptMax, type NodeId } from '../control/index.js';

/** The log lines of each node, the latest of them, past its death. */
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

  /** Returns how to stop listening. */
  onLines(id: NodeId, listener: (lines: readonly string[]) => void): () => void {
    const hear = (of: NodeId, lines: readonly string[]) => {
      if (of === id) listener(lines);
    };
    this.#emitter.on('lines', hear);
    return () => this.#emitter.off('lines', hear);
  }
}
