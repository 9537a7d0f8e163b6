import type { ByteString } from '../base/index.js';

/** A whole number as LEB128: seven bits a byte, the lowest first, the top bit says "more". */
export function encodeNumber(value: number): ByteString {
  if (value < 0x80) return String.fromCharCode(value);
  let bytes = '';
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) {
    bytes += String.fromCharCode((rest % 0x80) | 0x80);
  }
  return bytes + String.fromCharCode(rest);
}

/** The bytes after their length. */
export function encodeBytes(bytes: ByteString): ByteString {
  return encodeNumber(bytes.length) + bytes;
}

/** Whether a number is one that `encodeNumber` can take and a reader gives back. */
export function isEncodable(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
