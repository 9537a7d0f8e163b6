import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import { type ByteString, printable } from '../base/index.js';
import type { KeysAnswer } from '../control/index.js';
import type { Store } from '../kv/index.js';

/** One slice looks at keys for so long; then the event loop has its turn. */
const sliceMsMax = 2;
/** Keys between two looks at the clock. */
const keysPerClockCheck = 256;

/** Bytes of a key, and of its value, that are shown. */
const keyCharsMax = 256;
const valueCharsMax = 64;

/**
 * The first `max` keys in order that begin so, and how many there are. The store goes on while it
 * is looked through, so this is no state of one instant.
 */
export async function searchKeys(
  store: Store,
  prefix: ByteString,
  max: number,
): Promise<KeysAnswer> {
  const lowest = new LowestKeys(max);
  let endMs = performance.now() + sliceMsMax;
  let scanned = 0;
  // Keys that come meanwhile are at the end: who writes fast must not keep this from ending.
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

/** Its value as it is now; none where the key has gone meanwhile. */
function pairOf(store: Store, key: ByteString): KeysAnswer['pairs'] {
  const value = store.get(key);
  if (value === undefined) return [];
  return [{ key: printable(key, keyCharsMax), value: printable(value, valueCharsMax) }];
}

/** Of many keys those that come first; it holds twice as many at most. */
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
