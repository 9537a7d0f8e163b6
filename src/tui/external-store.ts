/** What a hook may follow: `current` gives the same object until a listener has been called. */
export interface ExternalStore<T> {
  current(): T;
  /** @returns the way to stop listening */
  subscribe(listener: () => void): () => void;
}
