/** The numbers and bytes of log entries and snapshots. For decoding bytes see entry-reader.ts. */

import { assert, type ByteString } from '../base/index.js';

/** Encodes an integer as LEB128: seven bits a byte, the lowest first; the top bit means "more". */
export function encodeNumber(value: number): ByteString {
  if (value < 0x80) return String.fromCharCode(value);
  let bytes = '';
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) {
    bytes += String.fromCharCode((rest % 0x80) | 0x80);
  }
  return bytes + String.fromCharCode(rest);
}

/**
 * Decodes a number from its first byte on. `takeByte` returns the next byte. NaN stands for the end.
 * @throws {LetoError} LETO_ASSERTION when the number has no end or is too large
 */
export function decodeNumber(first: number, takeByte: () => number): number {
  let value = 0;
  for (let factor = 1, byte = first; ; factor *= 0x80, byte = takeByte()) {
    assert(byte <= 0xff, 'a command ends inside a number', factor);
    value += (byte & 0x7f) * factor;
    if (byte >= 0x80) continue;
    assert(isEncodable(value), 'a command holds a number that is too large', value);
    return value;
  }
}

/** Encodes the length and then the bytes. */
export function encodeBytes(bytes: ByteString): ByteString {
  return encodeNumber(bytes.length) + bytes;
}

/** Returns whether `encodeNumber` and a reader preserve the number. */
export function isEncodable(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
