/**
 * Searches a store for keys with a prefix, in time slices, so that a large store does not block the
 * node.
 */

import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import { type ByteString, printable } from '../base/index.js';
import type { KeysAnswer } from '../control/index.js';
import type { Store } from '../kv/index.js';

/** How long one slice scans keys before it yields to the event loop. */
const sliceMsMax = 2;
/** How many keys are scanned between two checks of the clock. */
const keysPerClockCheck = 256;

/** How many bytes of a key and of its value are shown. */
const keyCharsMax = 256;
const valueCharsMax = 64;

/**
 * Returns the first `max` keys with the prefix, in order, and the number of all keys with it. The
 * store may change during the scan, so the result is not a snapshot of one instant.
 */
export async function searchKeys(
  store: Store,
  prefix: ByteString,
  max: number,
): Promise<KeysAnswer> {
  const lowest = new LowestKeys(max);
  let endMs = performance.now() + sliceMsMax;
  let scanned = 0;
  // Keys that are added meanwhile come last; without this limit, fast writers could keep the scan
  // from ending.
  const keysMax = store.size;
  for (const [key] of store.entries()) {
    if (key.startsWith(prefix)) lowest.add(key);
    scanned += 1;
    if (scanned === keysMax) break;
    if (scanned % keysPerClockCheck !== 0 || performance.now() < endMs) continue;
    await setImmediate();
    endMs = performance.now() + sliceMsMax;
  }
  return { pairs: lowest.take().flatMap((key) => pairOf(store, key)), count: lowest.count };
}

/** Returns the key with its present value; nothing when the key has been deleted meanwhile. */
function pairOf(store: Store, key: ByteString): KeysAnswer['pairs'] {
  const value = store.get(key);
  if (value === undefined) return [];
  return [{ key: printable(key, keyCharsMax), value: printable(value, valueCharsMax) }];
}

/** Collects the lowest `max` of many keys, and holds at most twice as many at a time. */
class LowestKeys {
  readonly #max: number;
  #keys: ByteString[] = [];
  #bound: ByteString | null = null;
  count = 0;

  constructor(max: number) {
    this.#max = max;
  }

  add(key: ByteString): void {
    this.count += 1;
    if (this.#bound !== null && key >= this.#bound) return;
    this.#keys.push(key);
    if (this.#keys.length === 2 * this.#max) this.#trim();
  }

  take(): ByteString[] {
    this.#trim();
    return this.#keys;
  }

  #trim(): void {
    this.#keys = this.#keys.sort().slice(0, this.#max);
    if (this.#keys.length === this.#max) this.#bound = this.#keys.at(-1) ?? null;
  }
}
