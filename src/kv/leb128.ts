/** Encodes the numbers and bytes of log entries and snapshots. For decoding see entry-reader.ts. */

import type { ByteString } from '../base/index.js';

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

/** Encodes the length and then the bytes. */
export function encodeBytes(bytes: ByteString): ByteString {
  return encodeNumber(bytes.length) + bytes;
}

/** Returns whether `encodeNumber` and a reader preserve the number. */
export function isEncodable(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
