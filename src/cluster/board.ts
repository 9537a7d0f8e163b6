import { EventEmitter } from 'node:events';
import {
  type ClusterEvent,
  type ClusterView,
  type FaultyLink,
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
  readonly #emitter = new EventEmitter<{ change: []; event: [ClusterEvent] }>();

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
    this.#view = foldTelemetry(this.#view, { type: 'node', id, change });
    this.#emitter.emit('change');
  }

  add(node: NodeView): void {
    this.#view = foldTelemetry(this.#view, { type: 'nodeAdded', node });
    this.#emitter.emit('change');
  }

  remove(id: NodeId): void {
    this.#view = foldTelemetry(this.#view, { type: 'nodeRemoved', id });
    this.#emitter.emit('change');
  }

  changeLinks(links: readonly FaultyLink[]): void {
    this.#view = foldTelemetry(this.#view, { type: 'links', links });
    this.#emitter.emit('change');
  }

  /** All else that the view shows. */
  tell(telemetry: Telemetry): void {
    this.#view = foldTelemetry(this.#view, telemetry);
    this.#emitter.emit('change');
  }

  record(id: NodeId | null, happening: LifeEvent | NodeEvent): void {
    const event = toClusterEvent(new Date().toISOString(), id, happening);
    this.#view = foldTelemetry(this.#view, { type: 'event', event });
    this.#emitter.emit('event', event);
    this.#emitter.emit('change');
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
