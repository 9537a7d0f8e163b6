import { useCallback, useSyncExternalStore } from 'react';
import type { Store } from './store.js';

/** What a store holds; the component is shown again when that changes. */
export function useStored<T>(store: Store<T>): T {
  const subscribe = useCallback((listener: () => void) => store.subscribe(listener), [store]);
  return useSyncExternalStore(subscribe, () => store.current());
}
