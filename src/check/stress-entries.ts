import type { ByteString } from '../base/index.js';

/** As much of an argument as RAFT LOG shows: so logs are compared to the last byte. */
const valueBytes = 64;

/** One of the entries that are inserted: a key of its own, and a value that belongs to it. */
export interface StressEntry {
  readonly key: ByteString;
  readonly value: ByteString;
}

/** Entries `from` to `to` - 1. They are made anew when they are checked: none is kept. */
export function stressEntries(from: number, to: number): StressEntry[] {
  return Array.from({ length: to - from }, (_, at) => {
    const key = `entry:${from + at}`;
    return { key, value: `value of ${key} `.padEnd(valueBytes, '.') };
  });
}
