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

/** Events that one which comes in late may still be put before. */
const reorderedMax = 100;

function sharedNowMs(): number {
  return performance.timeOrigin + performance.now();
}

/** The cluster's view as it stands, and those who want to know when it changes. */
export class Board {
  #view: ClusterView;
  /** When the latest events happened, in order. */
  #timesMs: number[] = [];
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
    this.publish({ type: 'node', id, change });
  }

  /** `atMs` is when it happened, on the clock that all threads share. */
  record(
    id: NodeId | null,
    rawEvent: LifeEvent | NodeEvent,
    atMs: number = sharedNowMs(),
  ): ClusterEvent {
    const ageMs = Math.max(0, sharedNowMs() - atMs);
    const at = new Date(Date.now() - ageMs).toISOString();
    const event = toClusterEvent(at, id, rawEvent);
    this.publish({ type: 'event', event, later: this.#countLaterThan(atMs) });
    this.#emitter.emit('event', event);
    return event;
  }

  /** How many events happened after that: effects shall not stand before their causes. */
  #countLaterThan(atMs: number): number {
    const at = this.#timesMs.findLastIndex((timeMs) => timeMs <= atMs) + 1;
    const later = this.#timesMs.length - at;
    this.#timesMs.splice(at, 0, atMs);
    this.#timesMs = this.#timesMs.slice(-reorderedMax);
    return later;
  }

  /** All that the view shows comes in here, and goes on to those who keep a view of their own. */
  publish(telemetry: Telemetry): void {
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
