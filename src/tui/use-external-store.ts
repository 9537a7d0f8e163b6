import { useCallback, useSyncExternalStore } from 'react';
import type { ExternalStore } from './external-store.js';

/** What a store holds; the component is shown again when that changes. */
export function useExternalStore<T>(store: ExternalStore<T>): T {
  const subscribe = useCallback((listener: () => void) => store.subscribe(listener), [store]);
  return useSyncExternalStore(subscribe, () => store.current());
}
