/**
 * The board: the current view of a cluster, and the subscriptions to its changes. Everything that
 * the view shows is published here; control/view.ts folds it in.
 */

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

/** A smaller change of the system's date is not followed. */
const dateStepMsMin = 50;

/** The number of latest events before which a late event may still be inserted. */
const reorderedMax = 100;

/**
 * The time in milliseconds on a clock that all threads share, finer than `Date.now()`. It begins
 * with the calendar, but a step of the system's date does not move it.
 */
export function sharedNowMs(): number {
  return performance.timeOrigin + performance.now();
}

export class Board {
  #view: ClusterView;
  /** What the calendar is ahead of `sharedNowMs`. */
  #calendarDifferenceMs = 0;
  /** The times of the latest events, ascending, on the clock of `sharedNowMs`. */
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

  /**
   * Publishes an event and returns it. `atMs` is when it happened, on the clock of `sharedNowMs`,
   * which all threads share.
   */
  record(
    id: NodeId | null,
    rawEvent: LifeEvent | NodeEvent,
    atMs: number = sharedNowMs(),
  ): ClusterEvent {
    const at = new Date(this.#toCalendar(Math.min(atMs, sharedNowMs()))).toISOString();
    const event = toClusterEvent(at, id, rawEvent);
    this.publish({ type: 'event', event, later: this.#countLaterThan(atMs) });
    this.#emitter.emit('event', event);
    return event;
  }

  /**
   * Translates a time to the calendar. The difference is kept until the system's date is set, since
   * the dates of events would not rise with their times if each was rounded by itself.
   */
  #toCalendar(atMs: number): number {
    const differenceMs = Date.now() - sharedNowMs();
    const isDateSet = Math.abs(differenceMs - this.#calendarDifferenceMs) > dateStepMsMin;
    if (isDateSet) this.#calendarDifferenceMs = differenceMs;
    return atMs + this.#calendarDifferenceMs;
  }

  /** Returns how many known events happened after `atMs`, so that causes come before effects. */
  #countLaterThan(atMs: number): number {
    const at = this.#timesMs.findLastIndex((timeMs) => timeMs <= atMs) + 1;
    const later = this.#timesMs.length - at;
    this.#timesMs.splice(at, 0, atMs);
    this.#timesMs = this.#timesMs.slice(-reorderedMax);
    return later;
  }

  /** Changes the view, and passes the change on to listeners that keep a view of their own. */
  publish(telemetry: Telemetry): void {
    this.#view = foldTelemetry(this.#view, telemetry);
    this.#emitter.emit('telemetry', telemetry);
    this.#emitter.emit('change');
  }

  /** Returns a function that unsubscribes. */
  onTelemetry(listener: (telemetry: Telemetry) => void): () => void {
    this.#emitter.on('telemetry', listener);
    return () => this.#emitter.off('telemetry', listener);
  }

  /** Returns a function that unsubscribes. */
  onChange(listener: () => void): () => void {
    this.#emitter.on('change', listener);
    return () => this.#emitter.off('change', listener);
  }

  /**
   * Resolves with true at the first change after which `holds` is true, or with false when there
   * is none within `timeoutMs` (real time).
   */
  untilChange(holds: () => boolean, timeoutMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (result: boolean) => {
        clearTimeout(timer);
        stop();
        resolve(result);
      };
      const timer = setTimeout(() => settle(false), timeoutMs).unref();
      const stop = this.onChange(() => {
        if (holds()) settle(true);
      });
    });
  }

  /** Returns a function that unsubscribes. */
  onEvent(listener: (event: ClusterEvent) => void): () => void {
    this.#emitter.on('event', listener);
    return () => this.#emitter.off('event', listener);
  }
}
