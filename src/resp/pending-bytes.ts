const emptyBuffer: Buffer = Buffer.alloc(0);

/**
 * The bytes that have arrived of a value that is not yet whole. At most twice what has arrived is
 * held, whatever was declared, and however small the pieces are no byte is copied for each of them.
 */
export class PendingBytes {
  #buffer = emptyBuffer;
  #length = 0;

  /** What is pending and the chunk behind it, in one piece; valid until the next call. */
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

  /** Keeps the bytes from `from` on of what `join` has just returned. */
  keep(joined: Buffer, from: number): void {
    if (from === 0 && this.#length > 0) return;
    const rest = joined.subarray(from);
    this.#length = rest.length;
    this.#buffer = rest.length === 0 ? emptyBuffer : copyOf(rest, rest.length);
  }
}

/** In memory of its own: a piece of a shared pool would keep the whole pool. */
function copyOf(bytes: Buffer, capacity: number): Buffer {
  const copy = Buffer.allocUnsafeSlow(capacity);
  copy.set(bytes);
  return copy;
}
