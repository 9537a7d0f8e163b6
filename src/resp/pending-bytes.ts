/** Buffers the part of a value that has arrived. It knows nothing of the protocol. */

const emptyBuffer: Buffer = Buffer.alloc(0);

/**
 * Holds the bytes of a value that is not yet complete. It allocates at most twice what has arrived,
 * whatever length was declared, and it grows by doubling, so that small pieces stay cheap.
 */
export class PendingBytes {
  #buffer = emptyBuffer;
  #length = 0;

  /**
   * Returns the pending bytes followed by `chunk`, as one buffer that is valid until the next call.
   */
  join(chunk: Buffer): Buffer {
    if (this.#length === 0) return chunk;
    const length = this.#length + chunk.length;
    if (length > this.#buffer.length) {
      this.#buffer = copyOf(this.#buffer.subarray(0, this.#length), 2 * length);
    }
    this.#buffer.set(chunk, this.#length);
    this.#length = length;
    return this.#buffer.subarray(0, length);
  }

  /** Keeps the bytes from `from` on. `joined` is what the last `join` returned. */
  keep(joined: Buffer, from: number): void {
    if (from === 0 && this.#length > 0) return;
    const rest = joined.subarray(from);
    this.#length = rest.length;
    this.#buffer = rest.length === 0 ? emptyBuffer : copyOf(rest, rest.length);
  }
}

/**
 * Copies to memory of its own, because a slice of a shared pool would keep the whole pool alive.
 */
function copyOf(bytes: Buffer, capacity: number): Buffer {
  const copy = Buffer.allocUnsafeSlow(capacity);
  copy.set(bytes);
  return copy;
}
