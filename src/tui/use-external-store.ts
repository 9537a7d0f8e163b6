import { useCallback, useSyncExternalStore } from 'react';
import type { ExternalStore } from './external-store.js';

/** Returns the value of a store. The component is rendered again when it changes. */
export function useExternalStore<T>(store: ExternalStore<T>): T {
  const subscribe = useCallback((listener: () => void) => store.subscribe(listener), [store]);
  return useSyncExternalStore(subscribe, () => store.current());
}
