import type { ByteString } from '../base/bytes.js';

/** What a key is counted with beyond its own bytes and its value's: the map's slot, the headers. */
const keyOverheadBytes = 80;

/** The keys and values, in memory (5.1); it counts what they take. */
export class Store {
  readonly #values = new Map<ByteString, ByteString>();
  #usedBytes = 0;

  get size(): number {
    return this.#values.size;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  get(key: ByteString): ByteString | undefined {
    return this.#values.get(key);
  }

  has(key: ByteString): boolean {
    return this.#values.has(key);
  }

  set(key: ByteString, value: ByteString): void {
    const before = this.#values.get(key);
    this.#usedBytes +=
      before === undefined
        ? key.length + value.length + keyOverheadBytes
        : value.length - before.length;
    this.#values.set(key, value);
  }

  /** Tells whether the key was there. */
  delete(key: ByteString): boolean {
    const value = this.#values.get(key);
    if (value === undefined) return false;
    this.#usedBytes -= key.length + value.length + keyOverheadBytes;
    return this.#values.delete(key);
  }

  clear(): void {
    this.#values.clear();
    this.#usedBytes = 0;
  }

  entries(): IterableIterator<[ByteString, ByteString]> {
    return this.#values.entries();
  }
}
