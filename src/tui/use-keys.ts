import { useInput } from 'ink';
import { keyNames } from './keys.js';

/** Calls `press` with the names of the keys in each read. */
export function useKeys(press: (keys: readonly string[]) => void): void {
  useInput((input, key) => press(keyNames(input, key)));
}
