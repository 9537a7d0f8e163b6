/** CRC-32C, the checksum of records on disk and frames on the wire. */

import type { ByteString } from './bytes.js';

/** Tables for slicing by eight, which processes eight bytes a step instead of one. */
const tables: readonly Uint32Array[] = makeTables();

function makeTables(): Uint32Array[] {
  const polynomial = 0x82f63b78;
  const first = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte += 1) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    first[byte] = crc;
  }
  const all = [first];
  for (let slice = 1; slice < 8; slice += 1) {
    const before = all[slice - 1] as Uint32Array;
    all.push(before.map((crc) => (crc >>> 8) ^ (first[crc & 0xff] as number)));
  }
  return all;
}

const [t0, t1, t2, t3, t4, t5, t6, t7] = tables as [
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
];

/**
 * Returns the CRC-32C (Castagnoli) of bytes[from, to) as an unsigned 32-bit number.
 * To checksum data in parts, pass the result for the preceding parts as `previous`.
 */
export function crc32c(bytes: Uint8Array, from = 0, to = bytes.length, previous = 0): number {
  let crc = ~previous;
  let at = from;
  for (; at + 8 <= to; at += 8) crc = eightBytes(crc, bytes, at);
  for (; at < to; at += 1) {
    crc = (crc >>> 8) ^ (t0[(crc ^ (bytes[at] as number)) & 0xff] as number);
  }
  return ~crc >>> 0;
}

function eightBytes(crc: number, bytes: Uint8Array, at: number): number {
  return (
    (t7[(bytes[at] as number) ^ (crc & 0xff)] as number) ^
    (t6[(bytes[at + 1] as number) ^ ((crc >>> 8) & 0xff)] as number) ^
    (t5[(bytes[at + 2] as number) ^ ((crc >>> 16) & 0xff)] as number) ^
    (t4[(bytes[at + 3] as number) ^ (crc >>> 24)] as number) ^
    (t3[bytes[at + 4] as number] as number) ^
    (t2[bytes[at + 5] as number] as number) ^
    (t1[bytes[at + 6] as number] as number) ^
    (t0[bytes[at + 7] as number] as number)
  );
}

/** Returns the checksum that `crc32c` returns, for bytes in a string. */
export function crc32cOfString(text: ByteString, previous = 0): number {
  let crc = ~previous;
  let at = 0;
  for (; at + 8 <= text.length; at += 8) crc = eightChars(crc, text, at);
  for (; at < text.length; at += 1) {
    crc = (crc >>> 8) ^ (t0[(crc ^ text.charCodeAt(at)) & 0xff] as number);
  }
  return ~crc >>> 0;
}

function eightChars(crc: number, text: ByteString, at: number): number {
  return (
    (t7[text.charCodeAt(at) ^ (crc & 0xff)] as number) ^
    (t6[text.charCodeAt(at + 1) ^ ((crc >>> 8) & 0xff)] as number) ^
    (t5[text.charCodeAt(at + 2) ^ ((crc >>> 16) & 0xff)] as number) ^
    (t4[text.charCodeAt(at + 3) ^ (crc >>> 24)] as number) ^
    (t3[text.charCodeAt(at + 4)] as number) ^
    (t2[text.charCodeAt(at + 5)] as number) ^
    (t1[text.charCodeAt(at + 6)] as number) ^
    (t0[text.charCodeAt(at + 7)] as number)
  );
}
