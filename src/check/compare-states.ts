/** Compares the keys and values of a node with what was inserted. */

import { type ByteString, printable } from '../base/index.js';
import type { StressEntry } from './stress-entries.js';

const shownCharsMax = 120;

/** Returns what differs from the inserted entries; `values` are in the order of `entries`. */
export function compareValues(
  node: string,
  values: readonly (ByteString | null)[],
  entries: readonly StressEntry[],
): string[] {
  return entries.flatMap(({ key, value: expected }, at) => {
    const value = values[at] ?? null;
    if (value === expected) return [];
    if (value === null) return [`${node}: key ${key} is missing`];
    const [shown, wanted] = [value, expected].map((bytes) => printable(bytes, shownCharsMax));
    return [`${node}: key ${key} holds "${shown}", not "${wanted}"`];
  });
}

/** Finds keys that were never inserted, by the number of keys. */
export function compareSizes(node: string, size: number, expected: number): string[] {
  return size === expected ? [] : [`${node}: ${size} keys, not ${expected}`];
}
