import { assert, type ByteString } from '../base/index.js';
import { detachedSlice } from './detached-slice.js';
import { isEncodable } from './leb128.js';

/** Takes numbers and bytes from the front of a log entry. It stops the node where they end early. */
export class EntryReader {
  readonly #data: ByteString;
  #at: number;

  constructor(data: ByteString, at: number) {
    this.#data = data;
    this.#at = at;
  }

  takeNumber(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 0x80) {
      const byte = this.#data.charCodeAt(this.#at);
      assert(byte <= 0xff, 'a command ends in a number', this.#at);
      this.#at += 1;
      value += (byte & 0x7f) * factor;
      if (byte >= 0x80) continue;
      assert(isEncodable(value), 'a command holds a number that is too large', value);
      return value;
    }
  }

  takeBytes(): ByteString {
    const length = this.takeNumber();
    const end = this.#at + length;
    assert(end <= this.#data.length, 'a command is cut short', this.#at, length);
    const bytes = detachedSlice(this.#data, this.#at, end);
    this.#at = end;
    return bytes;
  }

  checkEnd(): void {
    const { length } = this.#data;
    assert(this.#at === length, 'bytes left over after a command', this.#at, length);
  }
}
