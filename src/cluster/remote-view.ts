import { type ClusterView, foldTelemetry, type Telemetry } from '../control/index.js';

/** The view of a cluster in another process, folded here from what that one tells. */
export class RemoteView {
  #view: ClusterView;
  readonly #listeners = new Set<() => void>();

  constructor(view: ClusterView) {
    this.#view = view;
  }

  /** The same object until something has changed. */
  view(): ClusterView {
    return this.#view;
  }

  /** Returns how to stop listening. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  take(changes: readonly Telemetry[]): void {
    this.#view = changes.reduce(foldTelemetry, this.#view);
    for (const listener of this.#listeners) listener();
  }
}
