import { useInput } from 'ink';
import { type Action, actionsFor } from './keys.js';

export function useKeys(perform: (action: Action) => void): void {
  useInput((input, press) => {
    for (const action of actionsFor(input, press)) perform(action);
  });
}
