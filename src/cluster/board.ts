import { EventEmitter } from 'node:events';
import {
  type ClusterEvent,
  type ClusterView,
  foldTelemetry,
  type LifeEvent,
  type NodeEvent,
  type NodeId,
  type NodeView,
  type Telemetry,
  toClusterEvent,
} from '../control/index.js';

/** The cluster's view as it stands, and those who want to know when it changes. */
export class Board {
  #view: ClusterView;
  readonly #emitter = new EventEmitter<{
    change: [];
    event: [ClusterEvent];
    telemetry: [Telemetry];
  }>();

  constructor(view: ClusterView) {
    this.#view = view;
    this.#emitter.setMaxListeners(0);
  }

  get view(): ClusterView {
    return this.#view;
  }

  node(id: NodeId): NodeView | undefined {
    return this.#view.nodes.find((node) => node.id === id);
  }

  change(id: NodeId, change: Partial<Omit<NodeView, 'id'>>): void {
    this.tell({ type: 'node', id, change });
  }

  record(id: NodeId | null, happening: LifeEvent | NodeEvent): ClusterEvent {
    const event = toClusterEvent(new Date().toISOString(), id, happening);
    this.tell({ type: 'event', event });
    this.#emitter.emit('event', event);
    return event;
  }

  /** All that the view shows comes in here, and goes on to those who keep a view of their own. */
  tell(telemetry: Telemetry): void {
    this.#view = foldTelemetry(this.#view, telemetry);
    this.#emitter.emit('telemetry', telemetry);
    this.#emitter.emit('change');
  }

  /** Returns how to stop listening. */
  onTelemetry(listener: (telemetry: Telemetry) => void): () => void {
    this.#emitter.on('telemetry', listener);
    return () => this.#emitter.off('telemetry', listener);
  }

  /** Returns how to stop listening. */
  onChange(listener: () => void): () => void {
    this.#emitter.on('change', listener);
    return () => this.#emitter.off('change', listener);
  }

  /** Returns how to stop listening. */
  onEvent(listener: (event: ClusterEvent) => void): () => void {
    this.#emitter.on('event', listener);
    return () => this.#emitter.off('event', listener);
  }
}
