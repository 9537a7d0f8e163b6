/** A copy of the view of a cluster in another process, kept up to date by the changes it sends. */

import { type ClusterView, foldTelemetry, type Telemetry } from '../control/index.js';

export class RemoteView {
  #view: ClusterView;
  readonly #listeners = new Set<() => void>();

  constructor(view: ClusterView) {
    this.#view = view;
  }

  /** Returns the same object until something has changed. */
  view(): ClusterView {
    return this.#view;
  }

  /** Returns a function that unsubscribes. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  apply(changes: readonly Telemetry[]): void {
    this.#view = changes.reduce(foldTelemetry, this.#view);
    for (const listener of this.#listeners) listener();
  }
}
