/**
 * Judges whether a history is linearizable. search.ts does the work for one key, and smallest.ts
 * reduces a violation for the reader.
 */

import type { ByteString } from '../base/index.js';
import type { Operation } from './operation.js';
import { type SearchBounds, search } from './search.js';
import { smallestViolation } from './smallest.js';

export type Verdict =
  | { readonly type: 'linearizable' }
  | {
      readonly type: 'NOT linearizable';
      readonly key: ByteString;
      /** The smallest set of operations that shows the violation. */
      readonly operations: readonly Operation[];
    }
  /** The keys that took more work than the bounds allow; the others are linearizable. */
  | { readonly type: 'unknown'; readonly keys: readonly ByteString[] };

/**
 * Judges a history key by key: it is linearizable if and only if its part on each key is (Herlihy
 * and Wing, 1990). All keys must be absent at the beginning. The bounds apply to each key.
 */
export function judge(history: readonly Operation[], bounds: SearchBounds): Verdict {
  const unknown: ByteString[] = [];
  for (const [key, operations] of byKey(history)) {
    const { verdict } = search(operations, bounds);
    if (verdict === 'NOT linearizable') {
      const smallest = smallestViolation(operations, bounds.isOverdue);
      return { type: verdict, key, operations: smallest };
    }
    if (verdict === 'unknown') unknown.push(key);
  }
  return unknown.length > 0 ? { type: 'unknown', keys: unknown } : { type: 'linearizable' };
}

function byKey(history: readonly Operation[]): Map<ByteString, Operation[]> {
  const parts = new Map<ByteString, Operation[]>();
  for (const operation of history) {
    const part = parts.get(operation.key);
    if (part) part.push(operation);
    else parts.set(operation.key, [operation]);
  }
  return parts;
}
