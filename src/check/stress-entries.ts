/** The entries of a stress run, which are generated again when they are verified. */

import type { ByteString } from '../base/index.js';

/** RAFT LOG shows this much of an argument, so whole values are compared in the logs. */
const valueBytes = 64;

/** An entry with its own key, and a value derived from it. */
export interface StressEntry {
  readonly key: ByteString;
  readonly value: ByteString;
}

/** Generates the entries `from` to `to` - 1, the same ones each time. */
export function stressEntries(from: number, to: number): StressEntry[] {
  return Array.from({ length: to - from }, (_, at) => {
    const key = `entry:${from + at}`;
    return { key, value: `value of ${key} `.padEnd(valueBytes, '.') };
  });
}
