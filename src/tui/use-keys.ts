import { useInput } from 'ink';
import { keyNames } from './keys.js';

export function useKeys(press: (keys: readonly string[]) => void): void {
  useInput((input, key) => press(keyNames(input, key)));
}
