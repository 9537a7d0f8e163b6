import { type ByteString, printable } from '../base/index.js';
import type { StressEntry } from './stress-entries.js';

const shownCharsMax = 120;

/** What a node holds that is not as it was inserted; `values` are in the order of the entries. */
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

/** A node that has keys which nobody inserted shows it by their number. */
export function compareSizes(node: string, size: number, expected: number): string[] {
  return size === expected ? [] : [`${node}: it has ${size} keys, not ${expected}`];
}
