/**
 * A value that a React hook can follow. `current` must return the same object until listeners have
 * been called.
 */
export interface ExternalStore<T> {
  current(): T;
  /** Returns a function that unsubscribes the listener. */
  subscribe(listener: () => void): () => void;
}
